/** Numbers and units as the pages show them: with a real minus, and thin spaces between thousands. Pure. */

/** With a fixed number of decimal places; – if there is no number. */
export function formatFixed(value: number | null | undefined, places: number): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return '–'
  return value.toFixed(places).replace('-', '−')
}

/** Up to four significant digits. */
export function formatShort(value: number): string {
  return String(Number(value.toPrecision(4))).replace('-', '−')
}

/** On an axis, where there is room for four digits. */
export function formatTick(value: number): string {
  return Math.abs(value) < 10_000 ? formatShort(value) : `${formatShort(value / 1000)}k`
}

export function formatGrouped(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, '\u2009')
}

/** `1 spike`, `2 spikes`. */
export function formatCount(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`
}

export function formatUnit(unit: string): string {
  return unit === 'MOhm' ? 'MΩ' : unit
}
