#include "store/rows.h"

namespace perpetua::store {

Result<std::optional<StoredRow>> find_row(const View& view, const Overlay* overlay, Slot slot,
                                          std::string_view encoded_key) {
  const std::string key = row_key(slot, encoded_key);
  if (overlay != nullptr) {
    const auto pending = overlay->rows().find(key);
    if (pending != overlay->rows().end()) return pending->second.row;
  }
  const Result<std::optional<std::string>> stored = view.get(key);
  if (!stored) return std::unexpected(stored.error());
  if (!*stored) return std::nullopt;
  Result<StoredRow> row = decode_row(key, **stored);
  if (!row) return std::unexpected(row.error());
  return std::move(*row);
}

Result<FoundRows> find_rows(const View& view, const Overlay* overlay, Slot slot, const Range& range,
                            std::size_t limit) {
  static const Overlay kNothing;
  const Overlay::Rows& rows = (overlay != nullptr ? *overlay : kNothing).rows();
  const std::string to = row_key(slot, range.to);
  auto pending = rows.lower_bound(row_key(slot, range.from));
  const auto cursor = view.scan(row_key(slot, range.from), to);

  FoundRows found;
  while (found.size() < limit) {
    const bool has_pending = pending != rows.end() && pending->first < to;
    if (!has_pending && !cursor->valid()) break;
    if (has_pending && (!cursor->valid() || pending->first <= cursor->key())) {
      if (cursor->valid() && pending->first == cursor->key()) cursor->next();
      found.emplace_back(encoded_key_of(pending->first), pending->second.row);
      ++pending;
      continue;
    }
    Result<StoredRow> row = decode_row(cursor->key(), cursor->value());
    if (!row) return std::unexpected(row.error());
    found.emplace_back(encoded_key_of(cursor->key()), std::move(*row));
    cursor->next();
  }
  if (const Result<void> status = cursor->status(); !status) return std::unexpected(status.error());
  return found;
}

}  // namespace perpetua::store
