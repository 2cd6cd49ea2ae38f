/** A click for every spike, in the browser. */

interface SoundSwitch {
  /** On must be called after a click of the user's: before, browsers allow no sound. */
  set(on: boolean): void
  click(): void
}

const CLICK_S = 0.006
const CLICK_HZ = 1400
const DECAY_S = 0.0012

export function createSoundSwitch(): SoundSwitch {
  let context: AudioContext | undefined
  let buffer: AudioBuffer | undefined
  return {
    set(on) {
      if (on === (context !== undefined)) return
      void context?.close()
      context = on ? new AudioContext() : undefined
      buffer = context && clickBuffer(context)
    },
    click() {
      if (!context || !buffer) return
      const source = new AudioBufferSourceNode(context, { buffer })
      source.connect(context.destination)
      source.start()
    },
  }
}

function clickBuffer(context: AudioContext): AudioBuffer {
  const buffer = context.createBuffer(1, Math.round(context.sampleRate * CLICK_S), context.sampleRate)
  const samples = buffer.getChannelData(0)
  for (let k = 0; k < samples.length; k++) {
    const s = k / context.sampleRate
    samples[k] = Math.sin(2 * Math.PI * CLICK_HZ * s) * Math.exp(-s / DECAY_S)
  }
  return buffer
}
