/** How many messages may be under way without an answer; the others wait for their turn. Pure. */
export interface Window {
  /** `send` is called now or later, in order; what it is given tells that the answer has come. */
  pass(send: (settled: () => void) => void): void
}

export function createWindow(most: number): Window {
  const waiting: ((settled: () => void) => void)[] = []
  let underWay = 0

  function next(): void {
    while (underWay < most) {
      const send = waiting.shift()
      if (!send) return
      underWay++
      send(settled)
    }
  }

  function settled(): void {
    underWay--
    next()
  }

  return {
    pass(send) {
      waiting.push(send)
      next()
    },
  }
}
