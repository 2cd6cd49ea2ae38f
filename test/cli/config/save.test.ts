import { expect, it } from 'vitest'
import { type SaveDesk, saveCommand } from '../../../src/cli/config/save.ts'
import { InterruptedError } from '../../../src/cli/console.ts'

const FILE = 'neuron:\n  tauMs: 10 # of a membrane\n'

/** Runs the command beside a neuron whose tauMs is 20. */
async function save(args: readonly string[], changed: Partial<SaveDesk> = {}) {
  const done = { out: '', err: '', code: 0, asked: [] as string[], written: [] as string[] }
  const desk: SaveDesk = {
    env: {},
    hostname: 'pi',
    usualFile: 'usual.yaml',
    readFile: () => FILE,
    replaceFile: (path, text) => void done.written.push(path, text),
    async fetchJson(url) {
      done.asked.push(url)
      return { rev: 7, tauMs: 20 }
    },
    confirmed: async () => true,
    print: text => {
      done.out += text
    },
    complain: text => {
      done.err += text
    },
    exitWith: code => {
      done.code = code
    },
    ...changed,
  }
  const command = saveCommand(desk).configureOutput({
    writeErr: text => {
      done.err += text
    },
  })
  await command.parseAsync([...args], { from: 'user' })
  return done
}

it('what was changed is written into the file, once somebody has said yes', async () => {
  const { written, out, code } = await save(['my.yaml'])
  expect(written).toEqual(['my.yaml', FILE.replace('10', '20')])
  expect(out).toBe('neuron.tauMs: 10 → 20\nWritten to my.yaml; its comments are kept.\n')
  expect(code).toBe(0)
  expect((await save(['my.yaml'], { confirmed: async () => false })).written).toEqual([])
})

it('where nobody can be asked nothing is written without --yes, and that is a failure', async () => {
  const { written, out, code } = await save(['my.yaml'], { confirmed: undefined })
  expect([written, code]).toEqual([[], 1])
  expect(out).toBe('neuron.tauMs: 10 → 20\nNothing is written to my.yaml: --yes writes it.\n')
  expect(await save(['my.yaml', '--yes'], { confirmed: undefined })).toMatchObject({
    code: 0,
    written: ['my.yaml', FILE.replace('10', '20')],
  })
})

it('where nobody can be asked it is no failure that there is nothing to write, or no file to write it into', async () => {
  const fetchJson = async () => ({ rev: 7, tauMs: 10 })
  expect((await save(['my.yaml'], { confirmed: undefined, fetchJson })).code).toBe(0)
  expect((await save([], { confirmed: undefined })).code).toBe(0)
})

it('whoever answers no, or asks for JSON, has what they wanted', async () => {
  expect((await save(['my.yaml'], { confirmed: async () => false })).code).toBe(0)
  expect((await save(['my.yaml', '--json'], { confirmed: undefined })).code).toBe(0)
})

it.each([
  '127.0.0.1:9000',
  'http://127.0.0.1:9000/',
  'http://127.0.0.1:9000/login#token',
])('the dashboard may be named as %s', async from => {
  expect((await save(['my.yaml', '--from', from])).asked).toEqual(['http://127.0.0.1:9000/api/params'])
})

it.each(['ftp://pi', 'a b', 'http://', 'pi:99999'])('%j is no dashboard, and misuse', async from => {
  const error = await save(['my.yaml', '--from', from]).catch(error => error)
  expect(error).toMatchObject({ code: 'commander.invalidArgument' })
  expect(error.message).toContain('It must be the address of a dashboard, like http://127.0.0.1:8080.')
})

it('whoever leaves at the question has written nothing, and exits as after Ctrl-C', async () => {
  const confirmed = async () => {
    throw new InterruptedError('interrupted')
  }
  const { written, err, code } = await save(['my.yaml'], { confirmed })
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
