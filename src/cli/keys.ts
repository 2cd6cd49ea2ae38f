/** What the keys of the terminal do. Pure. */
export type Action =
  | { readonly type: 'quit' | 'pause' | 'mute' | 'reset' | 'help' }
  /** Turn the knob by so much. */
  | { readonly type: 'nudge'; readonly by: number }
  /** Turn the knob to a level, 0…1. */
  | { readonly type: 'turn'; readonly level: number }

const ESCAPE = '\u001b'

const NUDGES: Readonly<Record<string, number>> = {
  [`${ESCAPE}[A`]: 0.02,
  [`${ESCAPE}[C`]: 0.02,
  '+': 0.02,
  [`${ESCAPE}[B`]: -0.02,
  [`${ESCAPE}[D`]: -0.02,
  '-': -0.02,
  [`${ESCAPE}[5~`]: 0.1,
  [`${ESCAPE}[6~`]: -0.1,
}

const LETTERS: Readonly<Record<string, Action>> = {
  // In raw mode Ctrl-C is a key like any other.
  '\u0003': { type: 'quit' },
  q: { type: 'quit' },
  ' ': { type: 'pause' },
  p: { type: 'pause' },
  m: { type: 'mute' },
  r: { type: 'reset' },
  h: { type: 'help' },
  '?': { type: 'help' },
}

export const KEYS_HELP = 'keys: arrows or + - turn the knob, 0 to 9 set it, space pauses, m mutes, r resets, q quits'

// Everything that a terminal may send as one key: an escape sequence or a character.
const KEY = new RegExp(`${ESCAPE}\\[[0-9;]*[A-Za-z~]|[^]`, 'gu')

/** The actions for what was typed, in order; other keys do nothing. */
export function actionsOf(typed: string): Action[] {
  return (typed.match(KEY) ?? []).flatMap(key => actionOf(key) ?? [])
}

function actionOf(key: string): Action | undefined {
  const by = NUDGES[key]
  if (by !== undefined) return { type: 'nudge', by }
  // 0 is one end of the knob and 9 the other.
  if (/^[0-9]$/.test(key)) return { type: 'turn', level: Number(key) / 9 }
  return LETTERS[key.toLowerCase()]
}
