// A machine that treats a program ill: at SIGUSR2 the main thread stands still for half a second, and the file that
// CLOCK_FILE names holds by how many ms the system clock was set, in all threads.
const { readFileSync } = require('node:fs')
const { isMainThread } = require('node:worker_threads')

if (isMainThread) {
  process.on('SIGUSR2', () => {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 500)
    process.stderr.write('the main thread stood still\n')
  })
}

const FILE = process.env.CLOCK_FILE
if (FILE) {
  const rightMs = Date.now
  let [readMs, wrongMs] = [Number.NEGATIVE_INFINITY, 0]
  Date.now = () => {
    if (performance.now() - readMs > 50) {
      wrongMs = Number(readFileSync(FILE, 'utf8'))
      readMs = performance.now()
    }
    return rightMs() + wrongMs
  }
}
