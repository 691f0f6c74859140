import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import en from './en.json';

/** All texts are in the catalogues beside this file; a test finds missing and unused ones. */
export const i18n = i18next.createInstance();

void i18n.use(initReactI18next).init({
  lng: 'en',
  fallbackLng: 'en',
  resources: { en: { translation: en } },
  interpolation: { escapeValue: false }, // React escapes
  initAsync: false,
});
