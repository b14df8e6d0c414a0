package dev.startgate.dropin;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.jar.JarFile;

/**
 * Loads every class of an application anew, without the libraries that contain given
 * packages. Spring Boot's filtered class loader is not enough: it gets the classes of
 * this module from its parent, and they still see those packages there.
 */
final class WithoutLibraries extends URLClassLoader {

	private final Collection<String> packages;

	WithoutLibraries(Collection<String> packages) {
		super(classPath(packages), getPlatformClassLoader());
		this.packages = packages;
	}

	private static URL[] classPath(Collection<String> packages) {
		return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
			.filter((entry) -> !entry.endsWith(".jar") || packages.stream().noneMatch((name) -> has(entry, name)))
			.map(WithoutLibraries::url)
			.toArray(URL[]::new);
	}

	private static boolean has(String jar, String name) {
		try (JarFile file = new JarFile(jar)) {
			return file.stream().anyMatch((entry) -> entry.getName().startsWith(name.replace('.', '/') + "/"));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(jar, ex);
		}
	}

	private static URL url(String entry) {
		try {
			return Path.of(entry).toUri().toURL();
		}
		catch (MalformedURLException ex) {
			throw new IllegalArgumentException(entry, ex);
		}
	}

	/**
	 * Hides the packages also if they come from the JDK.
	 */
	@Override
	protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
		if (this.packages.stream().anyMatch((prefix) -> name.startsWith(prefix + "."))) {
			throw new ClassNotFoundException(name);
		}
		return super.loadClass(name, resolve);
	}

}
