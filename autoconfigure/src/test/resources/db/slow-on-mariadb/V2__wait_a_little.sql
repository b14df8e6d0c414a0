select sleep(1.5);
