/** The sentences that the lessons' engine says itself. */
import type { LessonLanguage } from './format.ts'

/** A sentence in every language that lessons are shown in. */
export type Sentence = Readonly<Record<LessonLanguage, string>>

/** Why a measurement or an answer cannot be judged, and what to do. */
export const WHY = {
  paused: { en: 'the neuron is paused: let it run', de: 'das Neuron ist angehalten: lass es laufen' },
  lost: {
    en: 'the knob does not answer: is it plugged in?',
    de: 'der Drehknopf antwortet nicht: ist er angeschlossen?',
  },
  speed: (is: number, was: number): Sentence => ({
    en: `the speed is ${is} in place of ${was}: set it back`,
    de: `die Geschwindigkeit ist ${comma(is)} statt ${comma(was)}: stelle sie zurück`,
  }),
  arrival: { en: 'a spike of another neuron arrived', de: 'ein Spike eines anderen Neurons kam an' },
  unseen: { en: 'some spikes were not seen', de: 'einige Spikes wurden nicht gesehen' },
  stimulated: { en: 'a stimulus still runs', de: 'ein Reiz läuft noch' },
  cutShort: { en: 'the stimulus was ended before its time', de: 'der Reiz wurde vorzeitig beendet' },
  unwatched: {
    en: 'the neuron could not be watched for a moment',
    de: 'das Neuron konnte einen Augenblick lang nicht beobachtet werden',
  },
  startedAnew: { en: 'the neuron had to start anew', de: 'das Neuron musste neu beginnen' },
  heldUp: { en: 'the neuron was held up', de: 'das Neuron wurde aufgehalten' },
  late: { en: 'a spike came late', de: 'ein Spike kam zu spät' },
  unsettled: {
    en: 'V had not settled when the stimulus ended: make it longer',
    de: 'V hatte sich noch nicht eingestellt, als der Reiz endete: mach ihn länger',
  },
  notAtRest: {
    en: 'V was not at rest when the stimulus began: let the cell have 0 nA for a while, then repeat it',
    de: 'V war nicht in Ruhe, als der Reiz begann: gib der Zelle eine Weile 0 nA und wiederhole ihn',
  },
  tooSoon: {
    en: 'this pulse came too soon after the one before it: wait a little longer, then repeat it',
    de: 'dieser Puls kam zu bald nach dem vorigen: warte etwas länger und wiederhole ihn',
  },
  notAlone: {
    en: 'the knob was not at 0 nA during the pulse: turn it to the left, then repeat it',
    de: 'der Drehknopf stand während des Pulses nicht auf 0 nA: drehe ihn nach links und wiederhole ihn',
  },
  remembers: {
    en: 'the cell still remembers earlier spikes: let it be silent for some seconds, then repeat it',
    de: 'die Zelle erinnert sich noch an frühere Spikes: lass sie einige Sekunden schweigen und wiederhole ihn',
  },
  contradiction: (low: number, high: number): Sentence => ({
    en: `it was silent at ${rounded(low)} and fired at ${rounded(high)}, which contradict each other: begin the trap anew`,
    de: `sie schwieg bei ${comma(rounded(low))} und feuerte bei ${comma(rounded(high))}, das widerspricht sich: beginne die Eingrenzung neu`,
  }),
  missing: { en: 'not all of them are measured', de: 'noch nicht alle sind gemessen' },
  control: {
    en: 'what should have been the same in all of them was not: measure again',
    de: 'was bei allen gleich sein sollte, war es nicht: miss noch einmal',
  },
  measureFirst: { en: 'measure it first', de: 'miss zuerst' },
  uncomparable: {
    en: 'what it is compared with was not measured',
    de: 'womit es verglichen wird, wurde nicht gemessen',
  },
  untold: { en: 'this cannot be told from that measurement', de: 'das lässt sich aus dieser Messung nicht sagen' },
} as const

export const OVER: Sentence = { en: 'The lesson is over.', de: 'Die Lektion ist zu Ende.' }
export const SKETCH: Sentence = { en: 'a sketch', de: 'eine Skizze' }
export const YES: Sentence = { en: 'yes', de: 'ja' }

function rounded(value: number): number {
  return Number(value.toPrecision(4))
}

function comma(value: number): string {
  return numberIn('de', String(value))
}

/** A number as the language writes it, with a true minus. */
export function numberIn(language: LessonLanguage, digits: string): string {
  const text = digits.replace('-', '−')
  return language === 'de' ? text.replace('.', ',') : text
}
