/** Whether a version `1.2.3` lies in a range such as `<1.0.1 || >=2.0.0 <2.1.0 || =3.0.0`: every comparator of one of its parts holds. */
export function isWithin(version: string, range: string): boolean {
  return range.split(' || ').some(part => part.split(' ').every(comparator => holds(version, comparator)))
}

/** The lowest version that a range `^1.2.3` or `~1.2.3` of package.json admits. */
export function lowestIn(range: string): string {
  return numbers(range.replace(/^[~^]/, '')).join('.')
}

function holds(version: string, comparator: string): boolean {
  const [, operator, bound] = /^(<=?|>=?|=)(.+)$/.exec(comparator) ?? refuse(comparator)
  const order = compare(numbers(version), numbers(bound!))
  if (operator === '<') return order < 0
  if (operator === '<=') return order <= 0
  if (operator === '>') return order > 0
  return operator === '=' ? order === 0 : order >= 0
}

function compare(one: readonly number[], other: readonly number[]): number {
  const at = one.findIndex((number, place) => number !== other[place])
  return at < 0 ? 0 : one[at]! - other[at]!
}

function numbers(version: string): number[] {
  const [, ...parts] = /^(\d+)\.(\d+)\.(\d+)$/.exec(version) ?? refuse(version)
  return parts.map(Number)
}

function refuse(text: string): never {
  throw new Error(`${text} is no version, nor a comparator: write three numbers, like 1.2.3, after <, <=, >, >= or =`)
}
