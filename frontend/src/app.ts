// What every page of Tenure loads. Nothing here is needed to read a page or to send a form; it makes them quicker.
import './styles/app.scss';
import './exchange';
import './small-state';
import { startCharts } from './chart-loader';
import { startClocks } from './clocks';
import { startCopying } from './copying';
import { startDrafts } from './drafts';
import { startFrames } from './frames';
import { startKeys } from './keys';
import { startLists } from './lists';
import { startMenus } from './menus';
import { startPalette } from './palette';
import { startTabs } from './tabs';
import { startTheme } from './theme';
import { startToasts } from './toasts';

startTheme();
startMenus();
startTabs();
startLists();
startFrames();
startDrafts();
startKeys();
startPalette();
startToasts();
startCopying();
startClocks();
startCharts();
