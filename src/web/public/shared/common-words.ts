/** The texts that are on every page, in the page's language. */
import { COMMON as ENGLISH } from './english-words.ts'
import { COMMON as GERMAN } from './german-words.ts'
import { inLanguage, type Texts } from './language.ts'

export const COMMON_WORDS = inLanguage<Texts<typeof ENGLISH>>({ en: ENGLISH, de: GERMAN })

export type Theme = keyof typeof COMMON_WORDS.theme
