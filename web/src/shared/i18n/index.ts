import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import en from './en.json';
import { keepLanguage, type Language } from './language';

/** English comes with the page, the others when they are wanted. */
const further: Record<Exclude<Language, 'en'>, () => Promise<{ default: object }>> = {
  es: () => import('./es.json'),
  de: () => import('./de.json'),
};

/** All texts are in the catalogues beside this file; a test finds missing and unused ones. */
export const i18n = i18next.createInstance();

void i18n.use(initReactI18next).init({
  lng: 'en',
  fallbackLng: 'en',
  resources: { en: { translation: en } },
  interpolation: { escapeValue: false }, // React escapes
  initAsync: false,
});

/** Stays with the language that there is when the other one cannot be fetched. */
export async function speak(language: Language): Promise<void> {
  if (language !== 'en' && !i18n.hasResourceBundle(language, 'translation')) {
    try {
      const { default: texts } = await further[language]();
      i18n.addResourceBundle(language, 'translation', texts);
    } catch {
      return;
    }
  }
  await i18n.changeLanguage(language);
  document.documentElement.lang = language;
}

export async function chooseLanguage(language: Language): Promise<void> {
  keepLanguage(language);
  await speak(language);
}
