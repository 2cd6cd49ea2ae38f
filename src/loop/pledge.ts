/** A promise that is kept or broken from outside; Node 20 does not have Promise.withResolvers. */
export interface Pledge<T> {
  readonly promise: Promise<T>
  keep(value: T): void
  fail(reason: Error): void
}

export function pledge<T>(): Pledge<T> {
  let keep = (_value: T) => {}
  let fail = (_reason: Error) => {}
  const promise = new Promise<T>((resolve, reject) => {
    keep = resolve
    fail = reject
  })
  return { promise, keep, fail }
}
