/** What a check says, in words: the verdict, how much of it is there, what was measured. Pure. */
import type { RunningLesson } from '../../../lessons/report.ts'
import type { Verdict } from '../../../lessons/verdict.ts'
import { formatFixed, formatShort } from '../shared/number-format.ts'
import { hasVerdict } from './panel-state.ts'
import { LESSON_WORDS } from './words.ts'

const UNITS: Readonly<Record<string, string>> = {
  currentNa: 'nA',
  vMv: 'mV',
  rateHz: 'Hz',
  isiMs: 'ms',
  latencyMs: 'ms',
  t63Ms: 'ms',
  steadyMv: 'mV',
  amplitudeMv: 'mV',
}

/** For the screen reader: not how much of a hold is over, which changes all the time. */
export function spokenVerdict(running: RunningLesson): string {
  if (!hasVerdict(running)) return ''
  const { verdict, say } = running
  const detail = verdict.state === 'hold' ? '' : detailOf(verdict)
  return [wordOf(running), detail, say ?? ''].filter(text => text !== '').join('. ')
}

export function wordOf({ verdict, isPrediction }: Pick<RunningLesson, 'verdict' | 'isPrediction'>): string {
  // Whether it was right is seen in what follows.
  if (isPrediction && verdict.state === 'done') return LESSON_WORDS.noted
  const isHeld = verdict.state === 'hold' && ['ms', 'intervals'].includes(verdict.unit)
  return LESSON_WORDS.verdicts[verdict.state === 'hold' && !isHeld ? 'count' : verdict.state]
}

export function heldShare(verdict: Verdict): number {
  return verdict.state === 'hold' ? Math.min(1, Math.max(0, verdict.have / verdict.need)) : 0
}

export function detailOf(verdict: Verdict): string {
  if (verdict.state === 'hold') {
    const { have, need, unit } = verdict
    const inWords = LESSON_WORDS.held[unit]
    const seconds = (ms: number) => formatShort(Math.floor(ms / 100) / 10)
    if (unit === 'ms') return inWords!(seconds(have), seconds(need))
    return inWords
      ? inWords(formatShort(have), formatShort(need))
      : `${formatShort(have)} / ${formatShort(need)} ${unit}`
  }
  if (verdict.state !== 'nearly') return ''
  return verdict.off > 0 ? LESSON_WORDS.off.high : LESSON_WORDS.off.low
}

/** As exact as it can be read off the page: 1 pA, two places of CV. */
export function measuredNumber(name: string, value: number): string {
  if (name === 'cv') return formatFixed(value, 2)
  return formatShort(Number(value.toFixed(3)))
}

/** Brackets of other quantities than the current have no unit here: the text of the step names it. */
export function measuredText(verdict: Verdict): string {
  const measured = 'measured' in verdict ? (verdict.measured ?? {}) : {}
  const isBracket = 'rheobaseNa' in measured || 'low' in measured || 'high' in measured
  return Object.entries(measured)
    .filter(([name, value]) => LESSON_WORDS.measured[name] !== undefined && Number.isFinite(value))
    .map(([name, value]) => {
      const unit = UNITS[name] ?? (isBracket && ['low', 'high', 'width'].includes(name) ? 'nA' : '')
      return `${LESSON_WORDS.measured[name]} ${measuredNumber(name, value as number)} ${unit}`.trim()
    })
    .join(' · ')
}
