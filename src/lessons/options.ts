import type { Fields } from '../fields/field-types-and-checks.ts'

/** Settings of the lessons. */
export const LESSON_FIELDS = {
  classKeyFile: {
    type: 'text',
    default: '',
    help: "file whose first line is the teacher's key, from which the hidden neurons of lessons are drawn: one key for the class makes one answer sheet; empty means one that neurond makes and keeps",
  },
} as const satisfies Fields
