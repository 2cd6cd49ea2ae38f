// An exception where nobody expects one: in the main thread at SIGUSR2, in the neuron thread once /tmp/boom exists.
const { existsSync } = require('node:fs')
const { isMainThread } = require('node:worker_threads')

if (isMainThread) {
  process.on('SIGUSR2', () => {
    throw new Error('boom in the main thread')
  })
} else {
  const wait = Atomics.wait
  Atomics.wait = (...words) => {
    if (existsSync('/tmp/boom')) throw new Error('boom in the neuron thread')
    return wait(...words)
  }
}
