const NOW_US = 1_795_198_454_123_456

/** Spike number `seq`, at 100 Hz. */
export function spikeOf(seq: number) {
  return { seq, tUs: NOW_US + seq * 10_000.25, isiMs: seq === 1 ? Number.NaN : 10.00025, late: seq === 3, speed: 1 }
}

/** So many rows of samples, 1 ms apart. */
export function rowsOf(
  count: number,
  voltage: (k: number) => number = k => -70 + k / count,
  current = (_: number) => 1.5,
) {
  const rows = Array.from({ length: count }, (_, k) => [NOW_US + 1000 * k, voltage(k), current(k), 0.5])
  return Float64Array.from(rows.flat())
}
