// npm runs this after every finished install, so that the next start knows it has nothing to do.

import { markInstalled } from './install-stamp.mjs';

markInstalled();
