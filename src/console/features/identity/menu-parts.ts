// Adds the person to the menus: who they are, and their organizations.
import type { MenuPart } from '../../points/menu-part.ts';
import { Organizations } from './organizations-menu.tsx';
import { PersonMenu } from './person-menu.tsx';

export const menuParts: readonly MenuPart[] = [{ name: 'person', User: PersonMenu, Switcher: Organizations }];
