import type { OutputDriver } from '../contract.ts'

/** A simulated LED or buzzer. The terminal and the dashboard show its state, as that of every output. */
export const led: OutputDriver = {
  name: 'mock',
  kind: 'output',
  help: 'simulated LED or buzzer: flashes in the terminal',
  fields: {},
  dims: true,
  thread: 'neuron',
  simulated: 'always',
  open() {
    return { description: 'simulated', mocked: true, set() {}, dim() {}, close() {} }
  },
}
