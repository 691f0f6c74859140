import { useId, useState } from 'react';
import Button from 'react-bootstrap/Button';
import Form from 'react-bootstrap/Form';
import { useTranslation } from 'react-i18next';
import { useLocation, useNavigate } from 'react-router';
import { SearchIcon } from '../../shared/ui/icons';

const QUERY_MAX = 100;

/** What is asked for at this address, nothing elsewhere. */
export function queryOf({ pathname, search }: { pathname: string; search: string }): string {
  return pathname === '/search' ? (new URLSearchParams(search).get('q') ?? '').trim() : '';
}

function Field({ asked }: { asked: string }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const id = useId();
  const [text, setText] = useState(asked);
  return (
    <Form
      role="search"
      className="search-box"
      action="/search"
      onSubmit={(event) => {
        event.preventDefault();
        const q = text.trim();
        if (q) void navigate(`/search?${new URLSearchParams({ q }).toString()}`);
      }}
    >
      <Form.Label visuallyHidden htmlFor={id}>
        {t('search.label')}
      </Form.Label>
      <Form.Control
        id={id}
        type="search"
        name="q"
        autoComplete="off"
        enterKeyHint="search"
        maxLength={QUERY_MAX}
        placeholder={t('search.placeholder')}
        value={text}
        onChange={(event) => {
          setText(event.target.value);
        }}
      />
      <Button type="submit" variant="primary" aria-label={t('search.go')}>
        <SearchIcon />
      </Button>
    </Form>
  );
}

/** Begins anew with what an address asks for. */
export function SearchBox() {
  const asked = queryOf(useLocation());
  return <Field key={asked} asked={asked} />;
}
