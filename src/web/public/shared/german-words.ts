export { CELL, COMMON, DASHBOARD, WALL } from './english-words.ts'
