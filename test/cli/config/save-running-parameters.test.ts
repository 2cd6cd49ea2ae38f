import { expect, it } from 'vitest'
import { type SaveContext, saveCommand } from '../../../src/cli/config/save-running-parameters.ts'
import type { Console } from '../../../src/cli/console.ts'
import { InterruptedError } from '../../../src/cli/interruption.ts'
import { fakeConsole } from '../fake-console.ts'

const FILE = 'neuron:\n  tauMs: 10 # of a membrane\n'

const KEYBOARD = { input: true, output: true, error: true }
const NOBODY = { isTerminal: { input: false, output: true, error: true } }

/** Runs the command beside a neuron whose tauMs is 20; somebody at a keyboard answers `Enter`. */
async function save(args: readonly string[], changed: Partial<SaveContext & Console> = {}) {
  const asked: string[] = []
  const written: string[] = []
  const fake = fakeConsole({ isTerminal: KEYBOARD, ask: async () => '', ...changed })
  const context: SaveContext = {
    defaultFile: 'usual.yaml',
    readFile: () => FILE,
    replaceFile: (path, text) => void written.push(path, text),
    async fetchJson(url) {
      asked.push(url)
      return { rev: 7, tauMs: 20 }
    },
    ...changed,
  }
  const command = saveCommand(fake.console, context).configureOutput({ writeErr: fake.console.printError })
  await command.parseAsync([...args], { from: 'user' })
  expect(fake.openInterruptions).toBe(0)
  return { ...fake, asked, written }
}

it('what was changed is written into the file, once somebody has said yes', async () => {
  const { written, out, code } = await save(['my.yaml'])
  expect(written).toEqual(['my.yaml', FILE.replace('10', '20')])
  expect(out).toBe('neuron.tauMs: 10 → 20\nWritten to my.yaml; its comments are kept.\n')
  expect(code).toBe(0)
  expect((await save(['my.yaml'], { ask: async () => 'n' })).written).toEqual([])
})

it('where nobody can be asked nothing is written without --yes, and that is a failure', async () => {
  const { written, out, code } = await save(['my.yaml'], NOBODY)
  expect([written, code]).toEqual([[], 1])
  expect(out).toBe('neuron.tauMs: 10 → 20\nNothing is written to my.yaml: --yes writes it.\n')
  expect(await save(['my.yaml', '--yes'], NOBODY)).toMatchObject({
    code: 0,
    written: ['my.yaml', FILE.replace('10', '20')],
  })
})

it('where nobody can be asked it is no failure that there is nothing to write, or no file to write it into', async () => {
  const fetchJson = async () => ({ rev: 7, tauMs: 10 })
  expect((await save(['my.yaml'], { ...NOBODY, fetchJson })).code).toBe(0)
  expect((await save([], NOBODY)).code).toBe(0)
})

it('whoever answers no, or asks for JSON, has what they wanted', async () => {
  expect((await save(['my.yaml'], { ask: async () => 'n' })).code).toBe(0)
  expect((await save(['my.yaml', '--json'], NOBODY)).code).toBe(0)
})

it.each([
  '127.0.0.1:9000',
  'http://127.0.0.1:9000/',
  'http://127.0.0.1:9000/login#token',
])('the dashboard may be named as %s', async from => {
  const asked = ['http://127.0.0.1:9000/api/lesson', 'http://127.0.0.1:9000/api/params']
  expect((await save(['my.yaml', '--from', from])).asked).toEqual(asked)
})

it.each(['ftp://pi', 'a b', 'http://', 'pi:99999'])('%j is no dashboard, and misuse', async from => {
  const error = await save(['my.yaml', '--from', from]).catch(error => error)
  expect(error).toMatchObject({ code: 'commander.invalidArgument' })
  expect(error.message).toContain('It must be the address of a dashboard, like http://127.0.0.1:8080.')
})

it('whoever leaves at the question has written nothing, and exits as after Ctrl-C', async () => {
  const ask = async () => {
    throw new InterruptedError('interrupted')
  }
  const { written, err, code } = await save(['my.yaml'], { ask })
  expect([written, err, code]).toEqual([[], '\nneurond config save: interrupted; nothing was written\n', 130])
})

it('a neuron that does not answer is a failure, with the next step', async () => {
  const fetchJson = async () => {
    throw new Error('connect ECONNREFUSED')
  }
  const { err, code } = await save([], { fetchJson })
  expect(err).toContain('no neuron answers at http://127.0.0.1:8080 (connect ECONNREFUSED): is it running')
  expect(code).toBe(1)
})

it('what a lesson has set is not saved', async () => {
  const fetchJson = async (url: string) =>
    url.endsWith('/api/lesson') ? { running: { title: 'The first spike' } } : { rev: 7, tauMs: 20 }
  const { written, err, code } = await save(['my.yaml', '--yes'], { fetchJson })
  expect([written, code]).toEqual([[], 1])
  expect(err).toContain('the parameters are those of the lesson "The first spike" now: stop it first')
})
