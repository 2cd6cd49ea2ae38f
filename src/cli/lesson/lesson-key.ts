/** `neurond lesson key`: what the hidden neurons of a class are, for the teacher. */
import { hiddenUniform } from '../../daemon/class-key.ts'
import type { Lesson, ParamName } from '../../lessons/format.ts'
import { setUpParams } from '../../lessons/set-up.ts'
import { NEURON_FIELDS, type NeuronParams } from '../../neuron/params.ts'
import { rateWithNoiseHz } from '../../neuron/siegert.ts'
import { rheobaseNa } from '../../neuron/theory.ts'
import type { Console } from '../console.ts'

/** The rate is told at this current, nA. */
const AT_NA = 2.5
const DIGITS = 4

/** @throws Error if the lesson hides nothing, or an id is none */
export function printLessonKey(
  { print }: Pick<Console, 'print'>,
  lesson: Lesson,
  classKey: string,
  ids: readonly string[],
  { json }: { readonly json?: true },
): void {
  const names = hiddenNames(lesson)
  const rows = ids.map(id => {
    if (!/^[a-z0-9-]{1,32}$/.test(id)) {
      throw new Error(
        `${JSON.stringify(id)} is no name of a neuron, must be 1 to 32 of the characters a-z, 0-9 and "-"`,
      )
    }
    const params = setUpParams(lesson, hiddenUniform(classKey, lesson.id, id))
    return { id, params, rheobaseNa: rheobaseNa(params), rateHz: rateWithNoiseHz(params, AT_NA) }
  })
  if (json) {
    const told = rows.map(({ params, ...row }) => ({ ...row, params: pick(params, names) }))
    print(`${JSON.stringify({ lesson: lesson.id, atNa: AT_NA, neurons: told }, null, 2)}\n`)
    return
  }
  const header = ['', ...names.map(nameWithUnit), 'rheobase (nA)', `at ${AT_NA} nA (Hz)`]
  const cells = rows.map(({ id, params, rheobaseNa, rateHz }) => {
    return [id, ...names.map(name => shown(params[name])), shown(rheobaseNa), shown(rateHz)]
  })
  print(tableText([header, ...cells]))
}

function hiddenNames(lesson: Lesson): readonly ParamName[] {
  const names = Object.keys(lesson.setup?.hidden?.params ?? {}) as ParamName[]
  if (names.length === 0) throw new Error(`the lesson ${lesson.id} hides no neuron: its key is the same for all`)
  return names
}

function pick(params: NeuronParams, names: readonly ParamName[]): Partial<NeuronParams> {
  return Object.fromEntries(names.map(name => [name, params[name]]))
}

function nameWithUnit(name: ParamName): string {
  const field = NEURON_FIELDS[name]
  return 'unit' in field && field.unit !== '' ? `${name.replace(/(Mv|Mohm|Ms|Nf)$/, '')} (${field.unit})` : name
}

function shown(value: number | string): string {
  return typeof value === 'number' ? String(Number(value.toPrecision(DIGITS))) : value
}

/** The first column left, all others right. */
function tableText(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map(row => row[column]!.length)))
  const line = (row: readonly string[]) =>
    row.map((cell, k) => (k === 0 ? cell.padEnd(widths[k]!) : cell.padStart(widths[k]!))).join('  ')
  return rows.map(row => `${line(row).trimEnd()}\n`).join('')
}
