import type { LoopEvent } from './types.ts'

/** What an event means, in words for the log. */
export function eventText(event: LoopEvent): { readonly level: 'info' | 'warn'; readonly words: string } {
  switch (event.type) {
    case 'ready': {
      const { policy, priority, spinUs, reason } = event.scheduling
      const outputs = event.outputs.map(({ name, description }) => `${name}: ${description}`).join('; ') || 'none'
      const rank = policy === 'fifo' ? `real-time priority ${priority}` : `ordinary priority (${reason})`
      const words = `knob: ${event.input.description}; outputs: ${outputs}; ${rank}, spin ${spinUs} us before a spike`
      return { level: 'info', words }
    }
    case 'warning':
      return { level: 'warn', words: event.message }
    case 'inputLost':
      return { level: 'warn', words: `the knob does not answer, the current is 0 nA until it does: ${event.reason}` }
    case 'inputBack':
      return { level: 'info', words: 'the knob answers again' }
    case 'inputFaltered':
      return { level: 'warn', words: `${timesText(event.errors)} the knob did not answer at once: ${event.reason}` }
    case 'inputReset':
      return { level: 'warn', words: `the knob: ${event.reason}` }
    case 'outputLost':
      return {
        level: 'warn',
        words: `${event.output} cannot be driven, the neuron goes on without it: ${event.reason}`,
      }
    case 'outputBack':
      return { level: 'info', words: `${event.output} is driven again` }
    case 'stall':
      return {
        level: 'warn',
        words: `the neuron was held up for ${Math.round(event.stallMs)} ms, by the machine or by a bus that does not answer: the flashes of that time came late`,
      }
    case 'skipped':
      return { level: 'warn', words: `${Math.round(event.skippedMs)} ms had to be skipped since the start` }
    case 'synapseClipped':
      return {
        level: 'warn',
        words: `1024 synaptic events are waiting already, ${event.lost} more were refused: make delayMs shorter, or send fewer`,
      }
    case 'clockSet': {
      const way = event.stepMs > 0 ? 'forward' : 'back'
      return {
        level: 'warn',
        words: `the system clock was set ${way} by ${Math.abs(event.stepMs / 1000).toFixed(1)} s: spikes are dated by it from now on, and their intervals are as they were`,
      }
    }
    case 'outputsChanged': {
      const outputs = event.outputs.map(({ name, description }) => `${name}: ${description}`).join('; ') || 'none'
      return { level: 'info', words: `outputs now: ${outputs}` }
    }
    case 'neuronLost':
      return {
        level: 'warn',
        words: `the neuron thread crashed after spike ${event.seq}, and starts anew in ${event.retryMs / 1000} s: ${event.cause}`,
      }
    case 'neuronBack':
      return {
        level: 'info',
        words: `the neuron runs again, after ${Math.round(event.gapMs)} ms without it; its next spike is number ${event.seq + 1}`,
      }
  }
}

function timesText(n: number): string {
  return n === 1 ? 'once' : `${n} times`
}
