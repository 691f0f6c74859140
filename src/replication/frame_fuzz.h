#pragma once
// The fuzz target of what comes over a replication link: any bytes, cut anywhere.

#include <cstddef>
#include <cstdint>

/// The entry point that libFuzzer and AFL++ look for. Aborts when a decoder breaks its promises.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);
