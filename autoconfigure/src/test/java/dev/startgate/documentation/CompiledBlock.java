package dev.startgate.documentation;

import java.io.IOException;
import java.io.StringWriter;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import javax.tools.JavaCompiler;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

import org.jspecify.annotations.Nullable;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Compiles a block of Java, with the imports that a page leaves out.
 */
final class CompiledBlock {

	private static final String IMPORTS = """
			import java.io.*;
			import java.nio.charset.*;
			import java.sql.*;
			import java.time.*;
			import java.util.*;
			import java.util.concurrent.*;
			import javax.sql.DataSource;
			import dev.startgate.*;
			import org.flywaydb.core.Flyway;
			import org.flywaydb.core.api.MigrationInfo;
			import org.flywaydb.core.api.migration.*;
			import org.junit.jupiter.api.Test;
			import org.springframework.beans.factory.SmartInitializingSingleton;
			import org.springframework.beans.factory.annotation.*;
			import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
			import org.springframework.boot.ApplicationRunner;
			import org.springframework.boot.test.context.*;
			import org.springframework.boot.testcontainers.service.connection.ServiceConnection;
			import org.springframework.context.ApplicationContext;
			import org.springframework.context.annotation.*;
			import org.springframework.context.event.EventListener;
			import org.springframework.core.io.*;
			import org.springframework.http.MediaType;
			import org.springframework.jdbc.core.simple.JdbcClient;
			import org.springframework.stereotype.Component;
			import org.springframework.util.DigestUtils;
			import org.springframework.web.client.RestClient;
			import org.testcontainers.postgresql.PostgreSQLContainer;
			import static org.assertj.core.api.Assertions.assertThat;
			""";

	private static final Pattern TYPE = Pattern.compile("(?m)^(?:public |final )*(?:class|interface|record) (\\w+)");

	private CompiledBlock() {
	}

	/**
	 * Return what the compiler reports about a block, or nothing if it compiles.
	 */
	static String complaints(Block block, Path output) throws IOException {
		String type = typeOf(block);
		if (type == null) {
			return "A block of Java is a whole type";
		}
		// imports by name, here or in a block, take precedence over those of packages
		String source = "package com.example;\nimport java.sql.Connection;\nimport java.sql.Statement;\n"
				+ "import java.util.Map;\n" + IMPORTS + block.text();
		JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
		StringWriter complaints = new StringWriter();
		boolean compiled = compiler.getTask(complaints, null, null,
				List.of("-proc:none", "-d", output.toString(), "-cp", System.getProperty("java.class.path")), null,
				List.of(new SimpleJavaFileObject(URI.create("string:///com/example/" + type + ".java"),
						SimpleJavaFileObject.Kind.SOURCE) {

					@Override
					public CharSequence getCharContent(boolean ignoreEncodingErrors) {
						return source;
					}

				}))
			.call();
		return compiled ? "" : complaints.toString();
	}

	/**
	 * Return the type that a block declares, which must compile.
	 */
	static Class<?> load(Block block, Path output) throws IOException, ClassNotFoundException {
		assertThat(complaints(block, output)).isEmpty();
		ClassLoader loader = new URLClassLoader(new URL[] { output.toUri().toURL() },
				CompiledBlock.class.getClassLoader());
		return loader.loadClass("com.example." + typeOf(block));
	}

	private static @Nullable String typeOf(Block block) {
		Matcher type = TYPE.matcher(block.text());
		return type.find() ? type.group(1) : null;
	}

}
