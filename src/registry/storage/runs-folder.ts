// Names the folder of the store with a folder for each run, which is exported and removed with the run's row.

export const runsFolder = 'runs/';
