import { keep, recall } from '../storage';

export const LANGUAGES = { en: 'English', es: 'Español', de: 'Deutsch' } as const;
export type Language = keyof typeof LANGUAGES;

const CHOSEN = 'perpetua.language';

export const isLanguage = (value: unknown): value is Language =>
  typeof value === 'string' && value in LANGUAGES;

/** What the buyer chose before; else the first of the browser's languages that the shop speaks. */
export function wantedLanguage(): Language {
  const chosen = recall('localStorage', CHOSEN);
  if (isLanguage(chosen)) return chosen;
  return navigator.languages.map((tag) => tag.split('-')[0]).find(isLanguage) ?? 'en';
}

export function keepLanguage(language: Language): void {
  keep('localStorage', CHOSEN, language);
}
