/** Everything that a student can do in the panel of lessons. */
import type { AskedReply, LessonReport, LessonRequest, RunningLesson } from '../../../lessons/report.ts'
import { language } from '../shared/language.ts'
import { parseNumber } from '../shared/parse-number.ts'
import { sendRequest } from '../shared/requests.ts'
import { readSetting, writeSetting } from '../shared/settings.ts'
import { firstLesson, type KeptSketch, type LessonPanel, tellRunning } from './panel-state.ts'
import { type PageTabs, pointAtControl } from './point-at.ts'
import { EMPTY_SKETCH, isEmpty, type PadPlace, pointsOf, withStroke } from './sketch.ts'
import { LESSON_WORDS } from './words.ts'

/** Whether this browser has been offered the first lesson. */
const OFFERED = 'lesson-offered'
const SKETCH = 'lesson-sketch'

export type LessonActions = ReturnType<typeof createLessonActions>

export function loadSketch(): KeptSketch | undefined {
  const kept = JSON.parse(readSetting(SKETCH) ?? 'null') as KeptSketch | null
  // JSON has null for what is not a number.
  return kept ? { ...kept, sketch: kept.sketch.map(height => height ?? Number.NaN) } : undefined
}

/**
 * @param nowMs time of the present frame, ms on the browser's clock
 * @param changed called when the page must be rendered again
 */
export function createLessonActions(panel: LessonPanel, tabs: PageTabs, nowMs: () => number, changed: () => void) {
  async function send(request: LessonRequest): Promise<boolean> {
    const reply = await sendRequest('POST', '/api/cmd/lesson', request)
    panel.refusal = reply.ok ? undefined : reply.error.message
    changed()
    return reply.ok
  }

  function refuse(why: string): void {
    panel.refusal = why
    changed()
  }

  function answer(asked: AskedReply): Promise<boolean> | undefined {
    const { running } = panel
    if (asked.type === 'confirm') return send({ do: 'answer' })
    if (asked.type === 'text') {
      const text = panel.typed.trim()
      return text === '' ? void refuse(LESSON_WORDS.writeFirst) : send({ do: 'answer', text })
    }
    if (asked.type === 'number') {
      const value = parseNumber(panel.typed, asked.unit)
      return Number.isFinite(value)
        ? send({ do: 'answer', value })
        : void refuse(LESSON_WORDS.unreadable(panel.typed.trim()))
    }
    if (asked.type === 'options') {
      const options = [...panel.chosen].sort((a, b) => a - b)
      return options.length === 0 ? void refuse(LESSON_WORDS.chooseFirst) : send({ do: 'answer', options })
    }
    const { x, y } = asked
    if (isEmpty(panel.sketch) || !running) return void refuse(LESSON_WORDS.drawFirst)
    panel.keptSketch = { lesson: running.id, sketch: panel.sketch, x, y }
    writeSetting(SKETCH, JSON.stringify(panel.keptSketch))
    return send({ do: 'answer', points: pointsOf(panel.sketch, x, y) })
  }

  /** Asks the server which lessons there are. One that knows of none has no such address. */
  async function read(mayOffer: boolean): Promise<void> {
    const report = await fetchReport()
    if (report === undefined) return
    panel.report = report
    tellRunning(panel, report.running, nowMs())
    if (mayOffer && report.running === null && firstLesson(panel) && readSetting(OFFERED) === null) {
      panel.isOffered = true
      writeSetting(OFFERED, 'yes')
    }
    changed()
  }

  return {
    send,
    answer,
    read,
    tell(running: RunningLesson | null) {
      const isOther = running?.id !== panel.running?.id
      tellRunning(panel, running, nowMs())
      if (isOther) {
        panel.isOffered = false
        // One that was sent is in the list from now on.
        void read(false)
      }
      changed()
    },
    toggle() {
      panel.isOpen = !panel.isOpen
      panel.isOffered = false
      if (panel.isOpen) void read(false)
      changed()
    },
    decline() {
      panel.isOffered = false
      changed()
    },
    begin(id: string) {
      panel.isOffered = false
      panel.isOpen = true
      return send({ do: 'load', id })
    },
    type(text: string) {
      panel.typed = text
      // What was said of the text before does not hold for this one.
      panel.refusal = undefined
    },
    choose(option: number, isChosen: boolean, isSeveral: boolean) {
      if (!isSeveral) panel.chosen.clear()
      if (isChosen) panel.chosen.add(option)
      else panel.chosen.delete(option)
      changed()
    },
    draw(from: PadPlace, to: PadPlace) {
      panel.sketch = withStroke(panel.sketch, from, to)
      changed()
    },
    putPen(place: PadPlace) {
      panel.pen = place
      changed()
    },
    clearSketch() {
      panel.sketch = EMPTY_SKETCH
      changed()
    },
    /** The student asked for another step: the focus goes there once it has come. */
    expectStep() {
      panel.expectsStep = true
    },
    pointAt: (target: string, event: MouseEvent) => void pointAtControl(target, event.detail === 0, tabs),
  }
}

async function fetchReport(): Promise<LessonReport | undefined> {
  try {
    const response = await fetch(`/api/lesson?language=${language}`)
    return response.ok ? ((await response.json()) as LessonReport) : undefined
  } catch {
    // The page tells of the lost connection already, and asks again when it is back.
    return undefined
  }
}
