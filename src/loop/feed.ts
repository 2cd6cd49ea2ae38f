/** Tells everybody who listens. */
export interface Feed<T> {
  tell(item: T): void
  /** From now on, until the returned function is called. */
  listen(listener: (item: T) => void): () => void
}

export function createFeed<T>(): Feed<T> {
  const listeners = new Set<(item: T) => void>()
  return {
    tell(item) {
      for (const listen of listeners) listen(item)
    },
    listen(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}
