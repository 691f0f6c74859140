import { useId } from 'react';
import Form from 'react-bootstrap/Form';
import type { FormControlProps } from 'react-bootstrap/FormControl';

interface FieldProps extends Omit<FormControlProps, 'onChange' | 'value'> {
  label: string;
  value: string;
  fault?: string | undefined;
  hint?: string;
  className?: string;
  inputMode?: 'numeric' | 'text';
  maxLength?: number;
  required?: boolean;
  autoComplete: string;
  name: string;
  onChange: (text: string) => void;
}

/** A labelled field that says what is wrong with it. */
export function Field({ label, value, fault, hint, className, onChange, ...control }: FieldProps) {
  const id = useId();
  const described = [fault && `${id}-fault`, hint && `${id}-hint`].filter(Boolean).join(' ');
  return (
    <div className={`field ${className ?? ''}`}>
      <Form.Label htmlFor={id}>{label}</Form.Label>
      <Form.Control
        id={id}
        value={value}
        isInvalid={fault !== undefined}
        aria-invalid={fault !== undefined}
        aria-describedby={described || undefined}
        onChange={(event) => {
          onChange(event.target.value);
        }}
        {...control}
      />
      {hint && (
        <Form.Text id={`${id}-hint`} className="soft">
          {hint}
        </Form.Text>
      )}
      {fault && (
        <p id={`${id}-fault`} className="field-fault">
          {fault}
        </p>
      )}
    </div>
  );
}
