// An exception where nobody expects one: in the main thread at SIGUSR2, in the neuron thread while the file exists.
// With "hang" in the file, that thread falls into a loop without end.
const { existsSync, readFileSync } = require('node:fs')
const { isMainThread } = require('node:worker_threads')

const FILE = process.env.BOOM_FILE ?? '/tmp/boom'

if (isMainThread) {
  process.on('SIGUSR2', () => {
    throw new Error('boom in the main thread')
  })
} else {
  const wait = Atomics.wait
  Atomics.wait = (...words) => {
    if (existsSync(FILE)) {
      while (readFileSync(FILE, 'utf8').startsWith('hang'));
      throw new Error('boom in the neuron thread')
    }
    return wait(...words)
  }
}
