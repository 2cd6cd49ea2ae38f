/** What a teacher can do in the wall's view of lessons. */
import type { LessonReport, LessonRequest } from '../../../lessons/report.ts'
import { language } from '../shared/language.ts'
import { writeSetting } from '../shared/settings.ts'
import { ALL, LARGEST_LESSON_BYTES, type LessonPanel, lessonTables, paceIn } from './lesson-progress.ts'
import { LESSON_WORDS } from './lesson-words.ts'
import { shownPeers, type WallModel } from './model.ts'

/** Whether names are hidden, in this browser. */
export const HIDES_NAMES = 'wall-hides-names'
/** The part of the address that opens the view. */
export const LESSONS_HASH = '#lessons'

/** Sends a command to one neuron or all, and shows what they answer. @param label the words on the button */
export type SendLesson = (target: string, request: LessonRequest, label: string) => void

export type LessonActions = ReturnType<typeof createLessonActions>

export function createLessonActions(model: WallModel, changed: () => void, send: SendLesson) {
  const panel = model.lessons
  const set = (part: Partial<LessonPanel>) => {
    Object.assign(panel, { refusal: undefined, ...part })
    changed()
  }
  const command = (request: LessonRequest, label: string) => {
    set({})
    send(panel.target, request, label)
  }
  const whose = () => (panel.target === ALL ? LESSON_WORDS.all : panel.target)

  return {
    set,
    async show(isOpen: boolean) {
      set({ isOpen })
      if (isOpen) set({ known: await knownLessons() })
    },
    hideNames(hidesNames: boolean) {
      writeSetting(HIDES_NAMES, hidesNames ? 'yes' : 'no')
      // A single group cannot be named then.
      set({ hidesNames, ...(hidesNames && { target: ALL }) })
    },
    async chooseFile(file: File | undefined) {
      if (!file) return
      if (file.size > LARGEST_LESSON_BYTES) {
        set({ refusal: LESSON_WORDS.largeFile(file.name, (file.size / 1024).toFixed(0)) })
        return
      }
      try {
        set({ chosen: { name: file.name, yaml: await file.text() } })
      } catch {
        set({ refusal: LESSON_WORDS.unreadFile(file.name) })
      }
    },
    load() {
      const { chosen } = panel
      const which = typeof chosen === 'string' ? { id: chosen } : { yaml: chosen.yaml }
      // Paused: it begins for all together.
      command({ do: 'load', ...which, on: false }, LESSON_WORDS.load)
    },
    start: () => command({ do: 'start' }, LESSON_WORDS.start),
    pause: () => command({ do: 'pause', on: true }, LESSON_WORDS.pause),
    stop() {
      if (confirm(LESSON_WORDS.confirmStop(whose()))) command({ do: 'stop' }, LESSON_WORDS.stop)
    },
    reveal() {
      if (confirm(LESSON_WORDS.confirmReveal(whose()))) command({ do: 'reveal' }, LESSON_WORDS.reveal)
    },
    openSteps() {
      const steps = stepsOf(model)
      const pace = paceIn(panel, steps)
      if (pace) command({ do: 'pace', ...pace }, LESSON_WORDS.open1)
      else set({ refusal: LESSON_WORDS.badPace(steps) })
    },
  }
}

/** Of the lesson of the target, or of most groups; 0 while there is none. */
function stepsOf(model: WallModel): number {
  const { target } = model.lessons
  const peers = shownPeers(model).filter(({ id }) => target === ALL || id === target)
  return lessonTables(peers, model.nowUs)[0]?.stepIds.length ?? 0
}

async function knownLessons(): Promise<LessonReport['lessons']> {
  try {
    const response = await fetch(`/api/lesson?language=${language}`)
    return response.ok ? ((await response.json()) as LessonReport).lessons : []
  } catch {
    return []
  }
}
