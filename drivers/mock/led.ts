import type { OutputDriver } from '../contract.ts'

/** A simulated LED or buzzer. The terminal and the dashboard show every line's state, this one's like any other. */
export const led: OutputDriver = {
  name: 'mock',
  kind: 'output',
  help: 'simulated LED: flashes in the terminal',
  fields: {},
  thread: 'neuron',
  open() {
    return { description: 'simulated LED', mocked: true, set() {}, close() {} }
  },
}
