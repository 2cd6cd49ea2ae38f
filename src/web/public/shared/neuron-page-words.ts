/** The texts of the dashboard in the page's language. */
import { DASHBOARD as ENGLISH } from './english-words.ts'
import { DASHBOARD as GERMAN } from './german-words.ts'
import { inLanguage, type Texts } from './language.ts'

export const WORDS = inLanguage<Texts<typeof ENGLISH>>({ en: ENGLISH, de: GERMAN })
