/** The texts of the glossary in the page's language. */
import { GLOSSARY as ENGLISH } from '../shared/english-words.ts'
import { GLOSSARY as GERMAN } from '../shared/german-words.ts'
import { inLanguage, type Texts } from '../shared/language.ts'

export const GLOSSARY_WORDS = inLanguage<Texts<typeof ENGLISH>>({ en: ENGLISH, de: GERMAN })
