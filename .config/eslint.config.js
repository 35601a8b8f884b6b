import js from '@eslint/js'
import rxjsX from 'eslint-plugin-rxjs-x'
import { defineConfig } from 'eslint/config'
import tseslint from 'typescript-eslint'

export default defineConfig(
  { ignores: ['dist/**', '.bench/**', '.fuzz/**', '.simulate/**', '.soak/**', 'node_modules/**'] },
  js.configs.recommended,
  {
    files: ['.config/*.js'],
    languageOptions: {
      globals: { process: 'readonly', URL: 'readonly', setTimeout: 'readonly', clearTimeout: 'readonly' },
    },
  },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked, rxjsX.configs.strict],
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      '@typescript-eslint/consistent-type-definitions': 'off',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      // Indexed access on octets: `as number` says what is known, and `!` is forbidden.
      '@typescript-eslint/non-nullable-type-assertion-style': 'off',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      // It takes every function that returns an Observable for an Observable; our duplexes and operators carry no `$`.
      'rxjs-x/finnish': 'off',
      // An EmptyError is just what should come where a stream ends without the value that was waited for.
      'rxjs-x/no-ignored-default-value': 'off',
      'rxjs-x/no-ignored-error': 'off',
      'rxjs-x/no-sharereplay': 'error',
      'rxjs-x/prefer-observer': 'off',
    },
  },
)
