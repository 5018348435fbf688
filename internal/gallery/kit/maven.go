package kit

import (
	"context"
	"embed"
	"errors"
	"os/exec"
)

// This file gets what is made of Java, and what a server has in a folder of files.

// Maven runs goals of Maven in a folder with a pom.xml.
func Maven(ctx context.Context, folder string, goals ...string) error {
	for _, program := range []string{"java", "javac", "mvn"} {
		if _, err := exec.LookPath(program); err != nil {
			return errors.New(program + " is not installed: apt-get install maven openjdk-17-jdk-headless")
		}
	}
	return Command(ctx, folder, "mvn", append([]string{"--quiet", "--batch-mode", "--no-transfer-progress"}, goals...)...)
}

// Command runs a program in a folder to its end.
func Command(ctx context.Context, folder, name string, args ...string) error {
	return command(ctx, folder, name, args...)
}

// Embedded are files by their names.
func Embedded(files embed.FS) map[string][]byte {
	all := map[string][]byte{}
	entries, _ := files.ReadDir(".") // never fails
	for _, entry := range entries {
		all[entry.Name()], _ = files.ReadFile(entry.Name()) // it is there
	}
	return all
}
