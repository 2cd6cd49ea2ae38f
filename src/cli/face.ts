/** The living line: the neuron at a glance. Pure: figures in, one line of text out. */
export interface Face {
  readonly level: number
  readonly iNa: number
  readonly vMv: number
  readonly rateHz: number
  readonly lit: boolean
  readonly running: boolean
  readonly muted: boolean
  readonly inputLost: boolean
  /** Outputs that do not work. */
  readonly outputsLost: readonly string[]
  readonly speed: number
  /** The last moments as `|` and `_`, newest last; as much of it is shown as there is room. */
  readonly strip: string
  /** Broker and dashboard in a word or two, and whether all is well with them. */
  readonly mqtt: Link
  readonly web: Link
}

interface Link {
  readonly words: string
  readonly well: boolean
}

export type Paint = (colour: 'yellow' | 'green' | 'red' | 'dim' | 'bold', text: string) => string

const CODES = { yellow: 93, green: 32, red: 91, dim: 2, bold: 1 }

export const inColour: Paint = (colour, text) => `\u001b[${CODES[colour]}m${text}\u001b[0m`
export const plain: Paint = (_colour, text) => text

const KNOB_CELLS = 10

/** Fits into `columns`: the strip takes what is left, and what finds no room is left out from the right. */
export function drawFace(face: Face, columns: number, paint: Paint): string {
  const parts = [
    [face.lit ? '●' : '○', face.lit ? paint('yellow', '●') : paint('dim', '○')],
    bothWays(knobOf(face)),
    bothWays(`${fixed(face.iNa, 2, 5)} nA`),
    bothWays(`V ${fixed(face.vMv, 1, 6)} mV`),
    [`${fixed(face.rateHz, 1, 5)} Hz`, paint('bold', `${fixed(face.rateHz, 1, 5)} Hz`)],
    ...notes(face).map(note => [note, paint('yellow', note)] as const),
    linkPart('mqtt', face.mqtt, paint),
    linkPart('web', face.web, paint),
  ] as const
  let used = 1
  const shown = parts.filter(([text]) => {
    const fits = used + text.length + 2 < columns
    if (fits) used += text.length + 2
    return fits
  })
  const room = columns - used - 1
  return ` ${[...shown.map(([, painted]) => painted), room < 8 ? '' : face.strip.slice(-room)].join('  ')}`
}

function knobOf({ level, inputLost }: Face): string {
  if (inputLost) return 'knob lost'
  const full = Math.round(level * KNOB_CELLS)
  return `knob ${'█'.repeat(full)}${'░'.repeat(KNOB_CELLS - full)} ${String(Math.round(level * 100)).padStart(3)} %`
}

function notes(face: Face): string[] {
  const speed = face.speed === 1 ? [] : [`${face.speed}x`]
  const lost = face.outputsLost.map(name => `${name} lost`)
  return [...lost, ...speed, ...(face.running ? [] : ['PAUSED']), ...(face.muted ? ['muted'] : [])]
}

function linkPart(name: string, { words, well }: Link, paint: Paint): readonly [string, string] {
  return [`${name} ${words}`, `${name} ${paint(well ? 'green' : 'red', words)}`]
}

function bothWays(text: string): readonly [string, string] {
  return [text, text]
}

function fixed(value: number, digits: number, width: number): string {
  return (Number.isFinite(value) ? value.toFixed(digits) : '–').replace('-', '−').padStart(width)
}
