/** JSON in which a number that does not exist (NaN) is null. */
export function plain(value: unknown): string {
  return JSON.stringify(value, (_key, one) => (typeof one === 'number' && !Number.isFinite(one) ? null : one))
}
