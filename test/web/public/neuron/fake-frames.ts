export const START_US = 1.8e15

/** The frame of second `k`: 1000 samples, and one spike. */
export function frameOfSecond(k: number) {
  const rows = Array.from({ length: 1000 }, (_, ms) => [START_US + 1e6 * k + 1000 * ms, -70 + (ms % 50), 1.5, 0.5])
  const spikes = [{ seq: k + 1, tUs: START_US + 1e6 * k + 500, isiMs: 1000, late: false, speed: 1 }]
  return { rows: Float64Array.from(rows.flat()), spikes }
}
