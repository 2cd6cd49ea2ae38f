import { describe, expect, it, test } from 'vitest'
import type { LessonRequest, RunningLesson } from '../../../src/lessons/report.ts'
import type { Reply } from '../../../src/loop/types.ts'
import { neuronFrom } from '../../../src/neuron/params.ts'
import { isiMs } from '../../../src/neuron/theory.ts'
import { fakeNeuron } from '../../fakes/fake-neuron.ts'
import { manualTimers } from '../../mqtt/manual-timers.ts'

/** A neuron on which lessons run, with the doors of students and of the teacher. */
function classroom(hasRealKnob = true) {
  const timers = manualTimers()
  const neuron = fakeNeuron(timers, () => 1.8e15 + timers.nowMs() * 1000, { tauMs: 20, resetMv: -72 }, hasRealKnob)
  const { lessons } = neuron
  const [page, broker] = [lessons.control('page'), lessons.control('broker')]
  return {
    ...{ timers, neuron, lessons, page, broker },
    ask: (request: object) => page.command('lesson', request),
    lead: (request: object) => broker.command('lesson', request),
    now: () => lessons.running('en') as RunningLesson,
    params: () => neuron.sources.params().params,
    /** Turns the knob to a current and waits. */
    async hold(iNa: number, ms: number) {
      neuron.turnKnob(iNa / 3)
      await timers.pass(ms)
    },
  }
}

type Classroom = ReturnType<typeof classroom>

const ANY_KNOB = 'needs: {neurons: 1, knob: any}\n'
const REAL_KNOB = 'needs: {neurons: 1, knob: real}\n'

/** A lesson of these steps. */
function lessonOf(steps: readonly string[], { id = 'test', more = '', needs = ANY_KNOB } = {}): LessonRequest {
  const head = `lesson: 1\nid: ${id}\ntitle: A test\nabout: A lesson for tests.\nminutes: 1\nlevel: school\n${needs}`
  const lines = steps.map((step, k) => `  - {id: s${k}, text: Do it., ${step}}\n`)
  return { do: 'load', yaml: `${head}${more}steps:\n${lines.join('')}` }
}

const HELD = 'check: {measure: currentNa, above: 1, for: 1 s}'
const NUMBER = 'check: {answer: {unit: nA, equals: {theory: rheobaseNa}, within: 3%, close: 10%}}'
const RATE = 'check: {measure: rateHz, equals: {theory: rateHz, at: measured}, within: 2%, intervals: 8}'

const codeOf = (reply: Reply) => (reply.ok ? 'ok' : reply.error.code)
const wordsOf = (reply: Reply) => (reply.ok ? '' : reply.error.message)

describe('a lesson that is loaded', () => {
  it('has the slider stand in for a simulated knob, which turns by itself', async () => {
    const { ask, neuron, timers } = classroom(false)
    neuron.turnKnob(0.4)
    await timers.pass(100)
    ask({ do: 'load', id: 'first-spike' })
    neuron.turnKnob(0)
    await timers.pass(100)
    expect(neuron.sources.state()).toMatchObject({ source: 'slider', level: 0.4 })
    ask({ do: 'stop' })
    await timers.pass(100)
    expect(neuron.sources.state()).toMatchObject({ source: 'knob', level: 0 })
  })

  it('sets the neuron up, runs it, and puts it back as it was when it stops', async () => {
    const { ask, page, params, neuron, timers } = classroom()
    page.command('speed', { speed: 0.5 })
    page.command('run', { on: false })
    const before = params()
    expect(ask({ do: 'load', id: 'first-spike' })).toMatchObject({ ok: true, result: { index: 0, led: false } })
    expect(params()).toMatchObject({ tauMs: 100, resetMv: -75, speed: 1, seed: before.seed })
    expect(neuron.sources.state().running).toBe(true)
    await timers.pass(100)
    expect(ask({ do: 'stop' }).ok).toBe(true)
    expect(params()).toEqual(before)
    expect(neuron.sources.state().running).toBe(false)
    expect(neuron.lessons.progress()).toEqual({})
  })

  it('has the neuron traced only while it runs', () => {
    const { ask, neuron } = classroom()
    expect(neuron.listeners()).toBe(0)
    ask({ do: 'load', id: 'first-spike' })
    ask({ do: 'load', id: 'fi-curve' })
    expect(neuron.listeners()).toBe(1)
    ask({ do: 'stop' })
    expect(neuron.listeners()).toBe(0)
  })

  it('sets nothing of what is kept for the next start', () => {
    const { ask, lessons, params } = classroom()
    const before = params()
    ask({ do: 'load', id: 'first-spike' })
    ask({ do: 'load', id: 'fi-curve' })
    expect(lessons.ownParams()).toEqual(before)
    expect(lessons.replaceOwnParams({ ...before, tauMs: 33 }).ok).toBe(true)
    expect(params().tauMs).toBe(100)
    ask({ do: 'stop' })
    expect(params().tauMs).toBe(33)
  })

  it('judges what the hand does, in model time', async () => {
    const { ask, now, hold } = classroom()
    ask(lessonOf([HELD, RATE]))
    await hold(0.5, 1500)
    expect(now().verdict.state).toBe('notYet')
    await hold(2, 500)
    expect(now().verdict).toMatchObject({ state: 'hold', unit: 'ms' })
    await hold(2, 700)
    expect(now()).toMatchObject({ canGoOn: true, states: ['done', 'todo'] })
    expect(ask({ do: 'next' })).toMatchObject({ ok: true, result: { index: 1 } })
    await hold(2.5, 12 * 130)
    expect(now().verdict.state).toBe('done')
  })

  it('gives each step its own neuron before it begins, and the one of an earlier step on the way back', () => {
    const { ask, params } = classroom()
    ask(lessonOf([HELD, `set: {params: {resistanceMohm: 20, tauMs: 100}}, ${HELD}`, HELD]))
    expect(codeOf(ask({ do: 'next' }))).toBe('unfinished')
    ask({ do: 'skip' })
    expect(params()).toMatchObject({ resistanceMohm: 20, tauMs: 100 })
    ask({ do: 'skip' })
    expect(params().resistanceMohm).toBe(20)
    ask({ do: 'back' })
    ask({ do: 'back' })
    expect(params().resistanceMohm).toBe(10)
    expect(codeOf(ask({ do: 'back' }))).toBe('unfinished')
  })

  it('measures the answer to a stimulus from its exact start', async () => {
    const { ask, now, timers } = classroom()
    const button = '{label: Two, stim: {shape: step, iNa: 2, ms: 400, replace: true}}'
    const check = 'check: {reply: {iNa: 2}, measure: latencyMs, equals: {theory: latencyMs, at: 2}, within: 1%}'
    ask(lessonOf([`buttons: [${button}], ${check}`]))
    expect(now().buttons).toEqual(['Two'])
    await timers.pass(1000)
    expect(ask({ do: 'press', button: 0 }).ok).toBe(true)
    await timers.pass(500)
    expect(now().verdict).toMatchObject({ state: 'done', measured: { spikes: 2 } })
  })

  it('starts anew from its first step', async () => {
    const { ask, now, hold } = classroom()
    ask(lessonOf([HELD, HELD]))
    await hold(2, 1500)
    ask({ do: 'next' })
    expect(now().index).toBe(1)
    ask({ do: 'restart' })
    expect(now()).toMatchObject({ index: 0, states: ['todo', 'todo'], verdict: { state: 'notYet' } })
  })
})

describe('a measurement', () => {
  /** In this time a rate is measured at 2 nA. */
  const MEASURED_MS = 12 * isiMs(neuronFrom({ tauMs: 100 }), 2)

  test.each<[string, (room: Classroom) => void, string]>([
    ['the neuron is paused', ({ page }) => page.command('run', { on: false }), 'the neuron is paused: let it run'],
    [
      'the speed is changed',
      ({ page }) => page.command('speed', { speed: 10 }),
      'the speed is 10 in place of 1: set it back',
    ],
    ['the knob is lost', ({ neuron }) => neuron.loseKnob(true), 'the knob does not answer: is it plugged in?'],
    [
      'the neuron starts anew',
      ({ neuron }) => neuron.emitEvent({ type: 'neuronBack' }),
      'the neuron had to start anew',
    ],
  ])('cannot be told when %s', async (_, disturb, why) => {
    const room = classroom()
    room.ask(lessonOf([RATE]))
    await room.hold(2, MEASURED_MS * 0.7)
    disturb(room)
    await room.timers.pass(100)
    expect(room.now().verdict).toEqual({ state: 'cannotTell', why })
    await room.hold(2, MEASURED_MS * 0.5)
    expect(room.now().verdict.state).not.toBe('done')
  })

  test.each<[string, (room: Classroom) => void]>([
    ['a parameter changes', ({ broker }) => broker.patch({ tauMs: 90 })],
    ['the configuration is read again', ({ neuron }) => neuron.emitEvent({ type: 'reloaded' })],
    ['the teacher pauses the lesson', ({ lead }) => [lead({ do: 'pause' }), lead({ do: 'pause', on: false })]],
  ])('begins anew when %s', async (_, disturb) => {
    const room = classroom()
    room.ask(lessonOf([RATE]))
    await room.hold(2, MEASURED_MS * 0.7)
    disturb(room)
    await room.hold(2, MEASURED_MS * 0.5)
    expect(room.now().verdict.state).toBe('hold')
    await room.hold(2, MEASURED_MS)
    expect(room.now().verdict.state).toBe('done')
  })

  it('is not of a stimulus in place of the knob', async () => {
    const { ask, now, hold, broker, timers } = classroom()
    ask(lessonOf(['check: {measure: currentNa, above: 1.5, for: 1 s}']))
    await hold(0, 100)
    broker.command('stim', { iNa: 2, ms: 5000 })
    await timers.pass(2000)
    expect(now().verdict.state).toBe('notYet')
    broker.patch({ tauMs: 90 })
    await timers.pass(1500)
    expect(now().verdict).toEqual({ state: 'cannotTell', why: 'a stimulus still runs' })
  })

  it('is not of a stimulus that was ended before its time', async () => {
    const { ask, now, broker, timers } = classroom()
    ask(lessonOf(['check: {reply: {iNa: 1}, measure: spikes, equals: 0, within: 0}']))
    await timers.pass(100)
    broker.command('stim', { iNa: 1, ms: 500 })
    await timers.pass(100)
    broker.command('stim', {})
    await timers.pass(100)
    expect(now().verdict).toEqual({ state: 'cannotTell', why: 'the stimulus was ended before its time' })
    await timers.pass(3000)
    expect(now().verdict.state).toBe('notYet')
  })
})

describe('help', () => {
  it('comes after 20 s or one try, the next 20 s later, and the solution last', async () => {
    const { ask, now, timers } = classroom()
    ask(lessonOf([`${NUMBER}, hints: [Turn., Turn further.]`]))
    expect(now()).toMatchObject({ hintInS: 20, maySeeSolution: false, asked: { type: 'number', unit: 'nA' } })
    expect(wordsOf(ask({ do: 'hint' }))).toBe('the next hint comes in 20 s')
    ask({ do: 'answer', value: 7 })
    expect(now().hintInS).toBe(0)
    expect(ask({ do: 'hint' }).ok).toBe(true)
    expect(now()).toMatchObject({ hints: ['Turn.'], hintInS: 20 })
    expect(wordsOf(ask({ do: 'solution' }))).toBe('the hints come first: ask for one')
    await timers.pass(20_000)
    ask({ do: 'hint' })
    expect(now()).toMatchObject({ hintsLeft: 0, hintInS: null, maySeeSolution: false })
    expect(codeOf(ask({ do: 'hint' }))).toBe('unfinished')
    expect(codeOf(ask({ do: 'solution' }))).toBe('early')
    await timers.pass(20_000)
    expect(now()).toMatchObject({ maySeeSolution: true, solution: null })
    ask({ do: 'solution' })
    expect(now().solution).toBe('1.5 nA')
    ask({ do: 'answer', value: 1.5 })
    expect(now()).toMatchObject({ states: ['solved'], canGoOn: true, asked: null })
  })

  it('makes later tries wait 2, 5 and 10 s', async () => {
    const { ask, now, timers } = classroom()
    ask(lessonOf([NUMBER]))
    for (const waitS of [2, 5, 10, 10]) {
      expect(ask({ do: 'answer', value: 7 }).ok).toBe(true)
      expect(now().answerInS).toBe(waitS)
      expect(wordsOf(ask({ do: 'answer', value: 1.5 }))).toBe(`the next answer comes in ${waitS} s`)
      await timers.pass(waitS * 1000)
    }
    expect(now().attempts).toBe(4)
    ask({ do: 'answer', value: 1.5 })
    expect(now().verdict.state).toBe('done')
  })

  it('tells neither a truth nor a text of a later step', () => {
    const { ask, lessons, params } = classroom()
    ask({ do: 'load', id: 'mystery' })
    const told = JSON.stringify([lessons.running('en'), lessons.running('de'), lessons.progress()])
    expect(told).not.toMatch(/resistance R|narrower/)
    for (const value of [params().tauMs, params().restMv]) expect(told).not.toContain(`:${value}`)
    expect(lessons.running('en')).toMatchObject({
      conceals: ['params', 'theoryCurve', 'rheobase', 'lines'],
      show: { windowS: 2, plot: 'fi' },
    })
  })

  it('ends what is concealed once a step that reveals it is done, or the teacher reveals it', () => {
    const { ask, lead, now } = classroom()
    ask(lessonOf([`${NUMBER}, reveal: [rheobase]`, HELD], { more: 'setup: {conceal: [rheobase, lines]}\n' }))
    expect(now().conceals).toEqual(['rheobase', 'lines'])
    ask({ do: 'answer', value: 1.5 })
    expect(now().conceals).toEqual(['lines'])
    lead({ do: 'reveal' })
    expect(now().conceals).toEqual([])
  })
})

describe('an answer', () => {
  const CHOOSE =
    'check: {choose: [{text: One, right: true}, {text: Two, right: true}, {text: Three, say: Three is odd.}]}'
  const PREDICT = 'check: {predict: [{id: a, text: A}, {id: b, text: B}]}'
  const SKETCH = 'check: {predict: sketch, x: {from: 0, to: 3, unit: nA}, y: {from: 0, to: 12, unit: Hz}}'

  it('to a question with several right options needs all of them', async () => {
    const { ask, now, timers } = classroom()
    ask(lessonOf([CHOOSE]))
    expect(now().asked).toEqual({ type: 'options', options: ['One', 'Two', 'Three'], several: true })
    ask({ do: 'answer', options: [0, 2] })
    expect(now().say).toBe('Three is odd.')
    await timers.pass(2000)
    ask({ do: 'answer', options: [0] })
    expect(now().verdict).toMatchObject({ state: 'hold', have: 1, need: 2 })
    ask({ do: 'answer', options: [1, 0] })
    expect(now().verdict.state).toBe('done')
  })

  test.each<[string, string, object, string]>([
    ['a number', NUMBER, { options: [0] }, 'this step asks for value, like {"do":"answer","value":1.5}'],
    ['a number', NUMBER, { value: 'much' }, 'value is "much", must be a number from'],
    ['options', CHOOSE, { options: [9] }, 'options is [9], must have numbers from 0 to 2'],
    ['options', CHOOSE, { options: [] }, 'options is [], must have numbers'],
    ['one option', PREDICT, { options: [0, 1] }, 'must have one'],
    ['a text', 'check: {write: Why?}', { text: ' ' }, 'this step asks for text'],
    ['a sketch', SKETCH, { points: [[1]] }, 'points has [1] at index 0, must have a pair of numbers there'],
    ['nothing', HELD, { value: 1 }, 'this step asks for no answer'],
  ])('of another kind than %s is refused', (_, step, answer, words) => {
    const { ask, now } = classroom()
    ask(lessonOf([step]))
    expect(wordsOf(ask({ do: 'answer', ...answer }))).toContain(words)
    expect(now().attempts).toBe(0)
  })
})

describe('a lesson that the teacher leads', () => {
  const led = () => {
    const room = classroom()
    room.lead({ ...lessonOf([NUMBER, HELD, HELD]), id: 7 })
    return room
  }

  test.each(['load', 'start', 'stop', 'restart', 'pause', 'pace', 'reveal'])('is not for a page to %s', deed => {
    const { ask, lead, now } = led()
    const reply = ask({ do: deed, ...(deed === 'load' && { id: 'first-spike' }) })
    expect(codeOf(reply)).toBe('locked')
    expect(wordsOf(reply)).toBe(`the teacher leads this lesson: only the teacher can ${deed} it`)
    expect(now()).toMatchObject({ isLed: true, isPaused: false, index: 0 })
    expect(lead({ do: deed, ...(deed === 'load' && { lesson: 'first-spike' }) }).ok).toBe(true)
  })

  it('is done by pages all the same', () => {
    const { ask, now, lessons } = led()
    for (const request of [{ do: 'hand' }, { do: 'answer', value: 1.5 }, { do: 'next' }, { do: 'skip' }]) {
      expect(ask(request).ok).toBe(true)
    }
    expect(now()).toMatchObject({ index: 2, hasHandUp: true })
    const progress = lessons.progress()
    expect(progress).toMatchObject({ id: 'test', title: 'A test', handUp: true, led: true, paused: false })
    expect(progress.steps?.map(({ mark }) => mark)).toEqual(['done', 'skipped', 'todo'])
  })

  it('waits while it is paused, and goes on', async () => {
    const { ask, lead, now, hold } = led()
    lead({ do: 'pause' })
    expect(codeOf(ask({ do: 'skip' }))).toBe('paused')
    expect(ask({ do: 'hand' }).ok).toBe(true)
    lead({ do: 'start' })
    expect(ask({ do: 'skip' }).ok).toBe(true)
    lead({ do: 'pause', on: true })
    await hold(2, 3000)
    expect(now().verdict.state).toBe('notYet')
  })

  it('is loaded paused where the class is to begin together', () => {
    const { lead, now } = classroom()
    lead({ ...lessonOf([HELD]), on: false })
    expect(now()).toMatchObject({ isPaused: true, canGoOn: false })
    lead({ do: 'start' })
    expect(now().isPaused).toBe(false)
  })

  it('goes no further than it is opened, and follows what is opened', () => {
    const { ask, lead, now } = led()
    lead({ do: 'pace', to: 1 })
    expect(wordsOf(ask({ do: 'skip' }))).toBe('the teacher has opened the steps 1 to 1: wait for the next')
    lead({ do: 'pace', from: 2, to: 3 })
    expect(now()).toMatchObject({ index: 1, pace: { from: 2, to: 3 }, states: ['skipped', 'todo', 'todo'] })
    expect(wordsOf(ask({ do: 'back' }))).toBe('step 2 is the first that is open')
    ask({ do: 'skip' })
    lead({ do: 'pace', to: 2 })
    expect(now().index).toBe(1)
    lead({ do: 'pace' })
    expect(now().pace).toBeNull()
    expect(wordsOf(lead({ do: 'pace', to: 9 }))).toBe('to is 9, the lesson has 3 steps')
    expect(wordsOf(lead({ do: 'pace', from: 3, to: 2 }))).toBe('from is 3, must not be above to, 2')
  })

  it('can be stopped over MQTT where a page loaded it', () => {
    const { ask, lead } = classroom()
    ask({ do: 'load', id: 'first-spike' })
    expect(lead({ do: 'stop' }).ok).toBe(true)
  })
})

describe('progress as a file', () => {
  const MYSTERY = { more: 'setup: {conceal: [rheobase]}\n' }
  const steps = [`${NUMBER}, reveal: [rheobase]`, `set: {params: {resistanceMohm: 20, tauMs: 100}}, ${HELD}`]

  it('is taken up in the same lesson, with the neuron of the step', () => {
    const { ask, now, params, lessons } = classroom()
    expect([lessons.progressFile('pi-a'), lessons.worksheet('en')]).toEqual([null, null])
    ask(lessonOf(steps, MYSTERY))
    ask({ do: 'answer', value: 1.5 })
    ask({ do: 'next' })
    const file = JSON.parse(JSON.stringify(lessons.progressFile('pi-a')))
    ask({ do: 'restart' })
    expect([now().index, params().resistanceMohm]).toEqual([0, 10])
    expect(codeOf(lessons.takeUp(file, 'pi-a'))).toBe('ok')
    expect(now()).toMatchObject({ index: 1, states: ['done', 'todo'] })
    expect(params().resistanceMohm).toBe(20)
    expect(lessons.worksheet('en')?.steps[0]).toMatchObject({ mark: 'done', reply: '1.5' })
  })

  it('reveals nothing: whoever wrote it may not have done the steps', () => {
    const { ask, now, lessons } = classroom()
    ask(lessonOf(steps, MYSTERY))
    const file = JSON.parse(JSON.stringify(lessons.progressFile('pi-a')))
    lessons.takeUp(
      {
        ...file,
        index: 2,
        steps: [
          { id: 's0', state: 'done' },
          { id: 's1', state: 'done' },
        ],
      },
      'pi-a',
    )
    expect(now()).toMatchObject({ index: 2, conceals: ['rheobase'] })
    ask({ do: 'back' })
    ask({ do: 'back' })
    ask({ do: 'answer', value: 1.5 })
    expect(now().conceals).toEqual([])
  })

  it('leads no further than the teacher has opened', () => {
    const { lead, now, lessons } = classroom()
    lead({ ...lessonOf(steps, MYSTERY), id: 7 })
    const file = JSON.parse(JSON.stringify(lessons.progressFile('pi-a')))
    lead({ do: 'pace', to: 1 })
    lessons.takeUp({ ...file, index: 2 }, 'pi-a')
    expect(now().index).toBe(0)
  })

  it('is refused without a lesson, and if it is none', () => {
    const { ask, now, lessons } = classroom()
    expect(codeOf(lessons.takeUp({}, 'pi-a'))).toBe('idle')
    ask(lessonOf(steps, MYSTERY))
    expect(codeOf(lessons.takeUp({ admin: true }, 'pi-a'))).toBe('file')
    expect(now().index).toBe(0)
  })
})

describe('a request that is wrong leaves the neuron alone', () => {
  test.each<[string, object | string, string]>([
    ['no object', 'stop', 'the payload of lesson is "stop", must be an object like {"do":"hint"}'],
    ['nothing to do', {}, 'do is missing, must be one of load, start,'],
    ['an unknown deed', { do: 'fly' }, 'do is "fly", must be one of load, start,'],
    ['an unknown word', { do: 'load', lessons: 'a' }, 'lessons is not an argument of lesson'],
    ['no lesson', { do: 'load' }, 'id is missing, must be one of'],
    ['an unknown lesson', { do: 'load', id: 'x' }, 'id is "x", must be one of'],
    ['no lesson under way', { do: 'stop' }, 'no lesson runs: load one first'],
    ['wrong YAML', { do: 'load', yaml: 'lesson: [1' }, 'line 1:'],
    ['a lesson with mistakes', { do: 'load', yaml: 'lesson: 1\nid: A!\n' }, 'line 1: title is missing; '],
    ['a lesson of 1 MB', { do: 'load', yaml: ' '.repeat(2 ** 20) }, 'it has 1048576 characters'],
    [
      'a lesson for another knob',
      lessonOf([HELD], { needs: REAL_KNOB }),
      'the lesson test cannot be done here: it needs a real knob, and the knob of this neuron is simulated',
    ],
  ])('%s', (_, request, words) => {
    const { page, params, neuron, lessons } = classroom(false)
    const before = params()
    expect(wordsOf(page.command('lesson', request))).toContain(words)
    expect(params()).toEqual(before)
    expect(neuron.listeners()).toBe(0)
    expect(lessons.running('en')).toBeNull()
  })

  it('a button that the step does not have', () => {
    const { ask } = classroom()
    ask(lessonOf([HELD]))
    expect(wordsOf(ask({ do: 'press', button: 9 }))).toBe('button is 9, this step has none')
  })
})

describe('the report', () => {
  it('tells which lessons there are, and what they would need', () => {
    const { ask, lessons } = classroom(false)
    expect(codeOf(ask(lessonOf([HELD], { id: 'real', needs: REAL_KNOB })))).toBe('missing')
    const { lessons: known, broken, running } = lessons.report('en')
    expect(broken).toEqual([])
    expect(running).toBeNull()
    expect(known.find(({ id }) => id === 'first-spike')).toMatchObject({ minutes: 10, steps: 10, missing: null })
    expect(known.find(({ id }) => id === 'real')?.missing).toContain('it needs a real knob')
  })

  it('has texts that look like HTML as they are written', () => {
    const { ask, now } = classroom()
    const html = '<img src=x onerror=alert(1)>'
    ask({ do: 'load', yaml: lessonOf([HELD]).yaml?.replace('Do it.', `"${html}"`) })
    expect(now().text).toBe(html)
  })

  it('holds the last ten lessons that were sent', () => {
    const { ask, lessons } = classroom()
    for (let k = 0; k < 12; k++) ask(lessonOf([HELD], { id: `sent-${k}` }))
    const ids = lessons.report('en').lessons.map(({ id }) => id)
    expect(ids.filter(id => id.startsWith('sent-'))).toEqual(Array.from({ length: 10 }, (_, k) => `sent-${k + 2}`))
    expect(ids).toContain('first-spike')
  })
})

describe('synapses of a lesson', () => {
  const SELF = 'set: {synapses: [{from: self, weightNa: -0.1, tauMs: 1000}]}'
  const OWN = [{ from: 'pi-b', weightNa: 1 }]

  /** A neuron with a synapse of its own. */
  function wired() {
    const room = classroom()
    let synapses: readonly object[] = OWN
    room.lessons.connect({
      ...{ id: 'pi-a', isThere: true, list: () => synapses as typeof OWN },
      replace(wanted) {
        synapses = wanted
        return { ok: true, result: {} }
      },
    })
    return { ...room, synapses: () => synapses }
  }

  it('are made by its steps, in place of the neuron’s own, which come back when it stops', () => {
    const { ask, synapses, lessons } = wired()
    ask(lessonOf([HELD, SELF, HELD, 'set: {synapses: []}']))
    expect(synapses()).toEqual([])
    ask({ do: 'skip' })
    const self = [{ from: 'pi-a', autapse: true, weightNa: -0.1, tauMs: 1000 }]
    expect(synapses()).toEqual(self)
    ask({ do: 'next' })
    expect(synapses()).toEqual(self)
    ask({ do: 'skip' })
    expect(synapses()).toEqual([])
    ask({ do: 'back' })
    expect(synapses()).toEqual(self)
    expect(lessons.ownSynapses()).toEqual(OWN)
    ask({ do: 'stop' })
    expect(synapses()).toEqual(OWN)
  })

  it('are replaced in the configuration only for the time after it', () => {
    const { ask, synapses, lessons } = wired()
    ask(lessonOf([SELF]))
    const others = [{ from: 'pi-c', weightNa: 2 }]
    expect(lessons.replaceOwnSynapses(others).ok).toBe(true)
    expect(synapses()).toMatchObject([{ from: 'pi-a' }])
    ask({ do: 'stop' })
    expect(synapses()).toEqual(others)
  })

  it('need a broker', () => {
    const { lessons, ask, params } = classroom()
    const before = params()
    const { missing } = lessons.report('en').lessons.find(({ id }) => id === 'adaptation')!
    expect(missing).toMatch(/^it needs synapses, and without a broker there are none/)
    expect(codeOf(ask(lessonOf([SELF])))).not.toBe('ok')
    expect(params()).toEqual(before)
  })
})
