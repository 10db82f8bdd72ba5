// A <select data-guess-timezone> that nobody has touched starts with the zone of this browser.
export function guessTimezone(): void {
  const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
  for (const select of document.querySelectorAll<HTMLSelectElement>('select[data-guess-timezone]')) {
    const option = [...select.options].find((each) => each.value === here);
    if (option && select.value === 'UTC') option.selected = true;
  }
}
