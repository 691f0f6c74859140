// What a fault does to the shop, and what its end undoes.

#include "sim/shop.h"
#include "store/recovery.h"

namespace perpetua::sim {

void Shop::schedule_faults() {
  for (const Fault& fault : plan_.faults) {
    if (fault.at >= plan_.lasts || fault.region >= regions()) continue;
    if (fault.kind == FaultKind::kRollBack)
      scheduler_.after(fault.at / 2, nullptr, [this, region = fault.region] {
        regions_[region]->disk_before = regions_[region]->disk.copy();
      });
    scheduler_.after(fault.at, nullptr, [this, fault] {
      if (!is_healed_) begin(fault);
    });
  }
}

void Shop::end_later(const Fault& fault) {
  scheduler_.after(fault.lasts, nullptr, [this, fault] {
    if (!is_healed_) end(fault);
  });
}

/// Both ways between two regions, or between one and all others.
void Shop::for_links(const Fault& fault, const std::function<void(Path&)>& change) {
  for (std::size_t other = 0; other < regions(); ++other) {
    if (other == fault.region) continue;
    if (fault.kind != FaultKind::kIsolate && other != fault.other) continue;
    change(network_.path(fault.region, other));
    if (fault.kind != FaultKind::kCutOneWay) change(network_.path(other, fault.region));
  }
}

void Shop::after_links(const Fault& fault) {
  for (std::size_t other = 0; other < regions(); ++other) {
    if (other == fault.region) continue;
    network_.unstall(fault.region, other);
    network_.unstall(other, fault.region);
  }
}

void Shop::jump_clock(const Fault& fault, std::int64_t sign) {
  // Up to a minute, either way.
  const std::int64_t jump_ms = fault.amount % 2 == 0 ? fault.amount * 60 : -fault.amount * 60;
  regions_[fault.region]->machine.clock.skew_ms += sign * jump_ms;
}

void Shop::begin(const Fault& fault) {
  Region& region = *regions_[fault.region];
  history_.line(now(), fault.region, sim::name(fault.kind), [&] { return to_text(fault); }, true);
  switch (fault.kind) {
    case FaultKind::kCrash:
      ++region.down;
      crash(fault.region, "killed");
      return end_later(fault);
    case FaultKind::kRestart:
      return restart(fault.region);
    case FaultKind::kHang:
      if (!region.process || region.process->owner.is_hung) return;
      region.process->owner.is_hung = true;
      return end_later(fault);
    case FaultKind::kCut:
    case FaultKind::kIsolate:
      for_links(fault, [](Path& path) { ++path.cuts; });
      for (std::size_t other = 0; other < regions(); ++other)
        if (fault.kind == FaultKind::kIsolate ? other != fault.region : other == fault.other)
          network_.reset(fault.region, other);
      return end_later(fault);
    case FaultKind::kCutOneWay:
    case FaultKind::kStall:
      for_links(fault, [](Path& path) { ++path.stalls; });
      return end_later(fault);
    case FaultKind::kSlowLink:
      for_links(fault, [&fault](Path& path) {
        path.delay_extra += fault.amount * kMillisecond / 2;
        path.bytes_per_second = 2'000 + fault.amount * 20;
      });
      return end_later(fault);
    case FaultKind::kHalfOpen:
      return network_.half_open(fault.region, fault.other);
    case FaultKind::kNoBuyers:
      ++region.front.closed;
      return end_later(fault);
    case FaultKind::kLossyFront:
      ++region.front.lossy;
      return end_later(fault);
    case FaultKind::kSlowDisk:
      region.disk.faults.latency_extra += fault.amount * kMillisecond / 2;
      return end_later(fault);
    case FaultKind::kFullDisk:
      region.disk.faults.is_full = true;
      return end_later(fault);
    case FaultKind::kFullInWrite:
      region.disk.faults.fills_in_write = region.process != nullptr;
      return;
    case FaultKind::kSyncError:
      region.disk.faults.fails_sync = region.process != nullptr;
      return;
    case FaultKind::kBitRot:
      return region.disk.rot();
    case FaultKind::kClockJump:
      jump_clock(fault, 1);
      return end_later(fault);
    case FaultKind::kWipe:
    case FaultKind::kRollBack:
      return lose_disk(fault);
  }
}

void Shop::end(const Fault& fault) {
  Region& region = *regions_[fault.region];
  history_.line(
      now(), fault.region, "end of", [&] { return std::string(sim::name(fault.kind)); }, true);
  switch (fault.kind) {
    case FaultKind::kCrash:
    case FaultKind::kWipe:
    case FaultKind::kRollBack:
      --region.down;
      return start_later(fault.region, 0);
    case FaultKind::kHang:
      if (!region.process || !region.process->owner.is_hung) return;
      region.process->owner.is_hung = false;
      return scheduler_.resume(region.process->owner);
    case FaultKind::kCut:
    case FaultKind::kIsolate:
      for_links(fault, [](Path& path) { --path.cuts; });
      return after_links(fault);
    case FaultKind::kCutOneWay:
    case FaultKind::kStall:
      for_links(fault, [](Path& path) { --path.stalls; });
      return after_links(fault);
    case FaultKind::kSlowLink:
      return for_links(fault, [&fault](Path& path) {
        path.delay_extra -= fault.amount * kMillisecond / 2;
        if (path.delay_extra == 0) path.bytes_per_second = 0;
      });
    case FaultKind::kNoBuyers:
      --region.front.closed;
      return;
    case FaultKind::kLossyFront:
      --region.front.lossy;
      return;
    case FaultKind::kSlowDisk:
      region.disk.faults.latency_extra -= fault.amount * kMillisecond / 2;
      return;
    case FaultKind::kFullDisk:
      region.disk.faults.is_full = false;
      return;
    case FaultKind::kClockJump:
      return jump_clock(fault, -1);
    case FaultKind::kRestart:
    case FaultKind::kHalfOpen:
    case FaultKind::kFullInWrite:
    case FaultKind::kSyncError:
    case FaultKind::kBitRot:
      return;
  }
}

/// The region's process dies with what it had, and comes back without it. The copy that is put back
/// was made at the beginning of the faults.
void Shop::lose_disk(const Fault& fault) {
  Region& region = *regions_[fault.region];
  ++region.down;
  crash(fault.region, "its disk is lost");
  lost_.insert(fault.region);
  ledger_.forget(fault.region);
  if (fault.kind == FaultKind::kWipe)
    region.disk.wipe();
  else if (region.disk_before)
    region.disk.put_back(*region.disk_before);
  const auto left = store::recover(region.disk.view(), names_[fault.region]);
  const Writer own = writer(fault.region);
  const std::uint64_t end = left && left->writers.contains(own) ? left->writers.at(own).end.n : 0;
  if (ledger_.held_elsewhere(fault.region, own) > end) contradicted_.insert(fault.region);
  end_later(fault);
}

void Shop::heal() {
  is_healed_ = true;
  history_.line(now(), kWorld, "all is healed", nullptr, true);
  for (const auto& one : regions_) {
    Region& region = *one;
    region.down = 0;
    region.front.closed = region.front.lossy = 0;
    region.disk.heal();
  }
  for (std::size_t a = 0; a < regions(); ++a)
    for (std::size_t b = 0; b < regions(); ++b) {
      Path& path = network_.path(a, b);
      path.cuts = path.stalls = 0;
      path.delay_extra = path.bytes_per_second = 0;
    }
  for (std::size_t a = 0; a < regions(); ++a)
    for (std::size_t b = 0; b < regions(); ++b)
      if (a != b) network_.unstall(a, b);
  for (std::size_t i = 0; i < regions(); ++i) {
    if (regions_[i]->process && std::exchange(regions_[i]->process->owner.is_hung, false))
      scheduler_.resume(regions_[i]->process->owner);
    start_later(i, kMillisecond);
  }
}

}  // namespace perpetua::sim
