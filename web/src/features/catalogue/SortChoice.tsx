import { useId } from 'react';
import Form from 'react-bootstrap/Form';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';
import type { Sort } from '../../shared/api/api';
import { SAME_PAGE } from '../../shared/ui/Heading';

const SORTS: Sort[] = ['title', 'price', '-price', '-year'];
const isSort = (value: string | null): value is Sort =>
  (SORTS as (string | null)[]).includes(value);

/** The sequence is in the address: one may go back to it, or pass it on. */
export function useSort(): [Sort, (sort: Sort) => void] {
  const [query, setQuery] = useSearchParams();
  const asked = query.get('sort');
  return [
    isSort(asked) ? asked : 'title',
    (sort) => {
      setQuery(sort === 'title' ? {} : { sort }, { replace: true, state: SAME_PAGE });
    },
  ];
}

interface SortChoiceProps {
  sort: Sort;
  onChange: (sort: Sort) => void;
}

export function SortChoice({ sort, onChange }: SortChoiceProps) {
  const { t } = useTranslation();
  const id = useId();
  const names: Record<Sort, string> = {
    title: t('sort.title'),
    price: t('sort.cheap'),
    '-price': t('sort.dear'),
    '-year': t('sort.new'),
  };
  return (
    <div className="sort">
      <Form.Label htmlFor={id}>{t('sort.label')}</Form.Label>
      <Form.Select
        id={id}
        value={sort}
        onChange={({ target: { value } }) => {
          if (isSort(value)) onChange(value);
        }}
      >
        {SORTS.map((one) => (
          <option key={one} value={one}>
            {names[one]}
          </option>
        ))}
      </Form.Select>
    </div>
  );
}
