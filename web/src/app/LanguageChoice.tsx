import Form from 'react-bootstrap/Form';
import { useTranslation } from 'react-i18next';
import { chooseLanguage } from '../shared/i18n';
import { isLanguage, LANGUAGES } from '../shared/i18n/language';

export function LanguageChoice() {
  const { t, i18n } = useTranslation();
  return (
    <Form.Select
      className="language"
      size="sm"
      aria-label={t('nav.language')}
      value={i18n.language}
      onChange={({ target: { value } }) => {
        if (isLanguage(value)) void chooseLanguage(value);
      }}
    >
      {Object.entries(LANGUAGES).map(([language, name]) => (
        <option key={language} value={language} lang={language}>
          {name}
        </option>
      ))}
    </Form.Select>
  );
}
