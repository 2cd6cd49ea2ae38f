/** The texts of the login page, and of the choice of the language, in the page's language. */
import { LOGIN as ENGLISH } from './english-words.ts'
import { LOGIN as GERMAN } from './german-words.ts'
import { inLanguage, type Texts } from './language.ts'

export const LOGIN_WORDS = inLanguage<Texts<typeof ENGLISH>>({ en: ENGLISH, de: GERMAN })
