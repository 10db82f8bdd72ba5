declare module '@alpinejs/csp' {
  export { default } from 'alpinejs';
}
declare module 'vega-interpreter' {
  export const expressionInterpreter: unknown;
}
