/** A click for every spike, in the browser. */
export interface Sound {
  click(): void
  close(): void
}

/** Only ever opened by a click of the user's: browsers permit sound to nobody else. */
export function openSound(): Sound {
  const context = new AudioContext()
  const click = context.createBuffer(1, Math.round(context.sampleRate * 0.006), context.sampleRate)
  const samples = click.getChannelData(0)
  for (let k = 0; k < samples.length; k++) {
    const s = k / context.sampleRate
    samples[k] = Math.sin(2 * Math.PI * 1400 * s) * Math.exp(-s / 0.0012)
  }
  return {
    click() {
      const source = new AudioBufferSourceNode(context, { buffer: click })
      source.connect(context.destination)
      source.start()
    },
    close: () => void context.close(),
  }
}
