#pragma once
// A transaction over the journal: optimistic, on the loop's thread. It keeps what it has read, and
// the journal tells whether any of that has changed since it began.

#include "store/journal.h"

namespace perpetua::store {

class JournalTransaction final : public port::Transaction {
 public:
  JournalTransaction(Journal& journal, Position position);
  JournalTransaction(const JournalTransaction&) = delete;
  JournalTransaction& operator=(const JournalTransaction&) = delete;
  ~JournalTransaction() override;

  [[nodiscard]] const Position& position() const override { return position_; }
  Task<Result<std::vector<port::Row>>> gather(port::Key key) override;
  Task<Result<std::vector<port::KeyedRow>>> scan(port::Scan scan) override;
  void put(port::Key key, std::string value) override;
  Task<Result<port::Committed>> commit() override;

 private:
  [[nodiscard]] Result<void> check_reads() const;
  [[nodiscard]] Result<void> check_puts() const;
  [[nodiscard]] Result<Journal::Accepted> accept();

  Journal& journal_;
  Position position_;
  std::uint64_t since_;     // of the stamps
  std::uint64_t sequence_;  // of the last change that the snapshot reflects
  std::vector<std::string> keys_read_;
  std::vector<Range> ranges_read_;
  Journal::Puts puts_;
  bool is_committed_ = false;
};

}  // namespace perpetua::store
