/** Every text of the worksheet, in English and German. The tasks come from the server. */
import type { StepMark } from '../../../lessons/report.ts'
import { inLanguage } from '../shared/language.ts'

const ENGLISH = {
  page: (title: string) => `${title} · worksheet`,
  back: 'Back to the neuron',
  print: 'Print',
  blank: 'Without our numbers',
  keep: 'Keep progress as a file',
  takeUp: 'Go on from a file …',
  confirmTakeUp: 'Go on from this file? What has been reached so far is replaced.',
  takenUp: 'The lesson goes on where the file ends.',
  unreadable: (name: string) => `${name} is not a file of a lesson’s progress`,
  none: 'No lesson is under way: begin one on the page of the neuron, then print its worksheet here.',
  failed: 'The neuron does not answer.',
  asked: { Names: 'Names', Date: 'Date', Class: 'Class' } as Record<string, string>,
  step: (n: number) => `Step ${n}`,
  marks: { todo: '', nearly: 'nearly', done: '✓ done', skipped: '– skipped', solved: '= solution shown' } as Record<
    StepMark,
    string
  >,
  measured: 'Measured',
  answer: 'Answer',
  fi: 'f–I curve',
  current: 'current (nA)',
  rate: 'firing rate (Hz)',
  theory: 'Line: theory. Points: measured.',
  drawIn: 'Draw your points.',
  sketch: (y: string, x: string) => `Sketch: ${y} over ${x}`,
  table: 'Results',
  lines: 'What we conclude',
}

const GERMAN: typeof ENGLISH = {
  page: title => `${title} · Arbeitsblatt`,
  back: 'Zurück zum Neuron',
  print: 'Drucken',
  blank: 'Ohne unsere Zahlen',
  keep: 'Stand als Datei sichern',
  takeUp: 'Aus einer Datei weitermachen …',
  confirmTakeUp: 'Mit dieser Datei weitermachen? Was bisher erreicht wurde, wird ersetzt.',
  takenUp: 'Die Lektion geht dort weiter, wo die Datei endet.',
  unreadable: name => `${name} ist kein gesicherter Stand einer Lektion`,
  none: 'Es läuft keine Lektion: Beginne eine auf der Seite des Neurons und drucke dann hier ihr Arbeitsblatt.',
  failed: 'Das Neuron antwortet nicht.',
  asked: { Names: 'Namen', Date: 'Datum', Class: 'Klasse' },
  step: n => `Schritt ${n}`,
  marks: {
    todo: '',
    nearly: 'fast',
    done: '✓ geschafft',
    skipped: '– übersprungen',
    solved: '= Lösung angesehen',
  },
  measured: 'Gemessen',
  answer: 'Antwort',
  fi: 'f-I-Kurve',
  current: 'Strom (nA)',
  rate: 'Feuerrate (Hz)',
  theory: 'Linie: Theorie. Punkte: gemessen.',
  drawIn: 'Zeichne deine Punkte ein.',
  sketch: (y, x) => `Skizze: ${y} über ${x}`,
  table: 'Ergebnisse',
  lines: 'Was wir daraus schließen',
}

export const SHEET_WORDS = inLanguage({ en: ENGLISH, de: GERMAN })
