// Alpine's CSP build: pages may name what is registered here (`x-data="disclosure"`), never write scripts of their own.
import Alpine from '@alpinejs/csp';

Alpine.data('disclosure', () => ({
  open: false,
  toggle() {
    this.open = !this.open;
  },
  close() {
    this.open = false;
  },
}));

// A form that shows other fields when something is chosen: x-data="choice" data-chosen="email".
Alpine.data('choice', () => ({
  chosen: '',
  init(this: { chosen: string; $el: HTMLElement }) {
    const picked = this.$el.querySelector<HTMLInputElement>('[data-choice]:checked, select[data-choice]');
    this.chosen = picked?.value ?? this.$el.dataset.chosen ?? '';
  },
  choose(event: Event) {
    this.chosen = (event.target as HTMLInputElement).value;
  },
  is(value: string): boolean {
    return this.chosen === value;
  },
}));

Alpine.start();
