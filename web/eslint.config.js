import js from '@eslint/js';
import reactHooks from 'eslint-plugin-react-hooks';
import globals from 'globals';
import tseslint from 'typescript-eslint';

const features = ['cart', 'catalogue', 'checkout', 'orders', 'region'];

/** app -> features -> shared: a feature sees neither the app nor another feature. */
const layers = [
  ...features.map((feature) => ({
    files: [`src/features/${feature}/**`],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            { group: ['**/app/**'], message: 'a feature does not know the app' },
            {
              group: features
                .filter((other) => other !== feature)
                .flatMap((other) => [`**/features/${other}/**`, `../${other}/**`]),
              message: 'features do not import each other: the app puts them together',
            },
          ],
        },
      ],
    },
  })),
  {
    files: ['src/shared/**'],
    rules: {
      'no-restricted-imports': [
        'error',
        { patterns: [{ group: ['**/app/**', '**/features/**'], message: 'shared is the bottom' }] },
      ],
    },
  },
];

export default tseslint.config(
  { ignores: ['dist*', 'src/shared/api/schema.d.ts', 'test-results', 'playwright-report'] },
  js.configs.recommended,
  ...tseslint.configs.strict,
  { files: ['**/*.{ts,tsx}'], ...reactHooks.configs.flat.recommended },
  { languageOptions: { globals: { ...globals.browser, ...globals.node } } },
  { files: ['public/sw.js'], languageOptions: { globals: globals.serviceworker } },
  ...layers,
);
